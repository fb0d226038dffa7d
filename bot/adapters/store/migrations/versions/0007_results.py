"""The results of test categories."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "test_results",
        sa.Column("run_id", sa.BigInteger, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sa.Column("log", sa.LargeBinary),
        sa.PrimaryKeyConstraint("run_id", "issue", "category", name="pk_test_results"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_test_results_run_id_runs"),
    )
    op.create_index("ix_test_results_at", "test_results", ["at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("test_results")
