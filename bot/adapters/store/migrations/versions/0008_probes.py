"""Probes of live services, what they answered, and alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "probes",
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("installation_id", sa.BigInteger),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "issue", "name", name="pk_probes"),
    )
    op.create_index("ix_probes_due_at", "probes", ["due_at"])
    op.create_table(
        "probe_answers",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up", sa.Boolean),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_probe_answers"),
    )
    op.create_index(
        "ix_probe_answers_repository_id_issue_name_at",
        "probe_answers",
        ["repository_id", "issue", "name", "at"],
    )
    op.create_table(
        "alerts",
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("issue", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("comment_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("repository_id", "issue", "name", "opened_at", name="pk_alerts"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("alerts", "probe_answers", "probes"):
        op.drop_table(table)
