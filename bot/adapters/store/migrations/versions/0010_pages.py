"""Whole reports, each at an address of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "report_pages",
        sa.Column("page", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("commit", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("html", sa.LargeBinary),
        sa.PrimaryKeyConstraint("page", name="pk_report_pages"),
        sa.UniqueConstraint(
            "repository_id",
            "issue",
            "kind",
            "commit",
            name="uq_report_pages_repository_id_issue_kind_commit",
        ),
    )
    op.create_index("ix_report_pages_at", "report_pages", ["at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("report_pages")
