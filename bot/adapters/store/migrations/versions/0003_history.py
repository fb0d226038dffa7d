"""The counts of migrations over time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "counts",
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("commit", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("config_digest", sa.Text, nullable=False),
        sa.Column("counts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "issue", "commit", name="pk_counts"),
    )
    op.create_index("ix_counts_repository_id_issue_at", "counts", ["repository_id", "issue", "at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("counts")
