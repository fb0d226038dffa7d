"""Who vouched for which commit, what was asked for by command, and pages of runs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "approvals",
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("head_sha", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "number", "head_sha", name="pk_approvals"),
    )
    op.create_table(
        "test_requests",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("head_sha", sa.Text, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("unexpected", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "key", "head_sha", "issue", "category", "unexpected", name="pk_test_requests"
        ),
    )
    op.add_column("targets", sa.Column("cancelled_at", sa.DateTime(timezone=True)))
    op.add_column("targets", sa.Column("cancelled_by", sa.Text))
    op.add_column(
        "runs",
        sa.Column("page", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("runs", "page")
    op.drop_column("targets", "cancelled_by")
    op.drop_column("targets", "cancelled_at")
    op.drop_table("test_requests")
    op.drop_table("approvals")
