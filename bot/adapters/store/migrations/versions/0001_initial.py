"""Deliveries, targets, runs, chores."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "deliveries",
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("action", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("guid", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    # Bodies come compressed; PostgreSQL need not try again.
    op.execute("ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL")
    op.create_table(
        "targets",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("installation_id", sa.BigInteger),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("forced_generation", sa.BigInteger, nullable=False),
        sa.Column("head_sha", sa.Text),
        sa.Column("base_ref", sa.Text),
        sa.Column("base_sha", sa.Text),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("comment_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("key", name="pk_targets"),
    )
    op.create_index("ix_targets_repository_id", "targets", ["repository_id"])
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("head_sha", sa.Text, nullable=False),
        sa.Column("base_ref", sa.Text),
        sa.Column("base_sha", sa.Text),
        sa.Column("merge_base", sa.Text),
        sa.Column("config_digest", sa.Text),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("conclusion", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("check_external_id", sa.Text),
        sa.Column("check_head_sha", sa.Text),
        sa.Column("check_id", sa.BigInteger),
        sa.Column("check_annotations_sent", sa.Integer),
        sa.Column("check_completed", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.ForeignKeyConstraint(["key"], ["targets.key"], name="fk_runs_key_targets"),
    )
    op.create_index("ix_runs_key_id", "runs", ["key", "id"])
    op.create_index("ix_runs_head_sha", "runs", ["head_sha"])
    op.create_index(
        "ix_runs_running_deadline_at",
        "runs",
        ["deadline_at"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
    )


def downgrade() -> None:
    """Drop them, with all they hold."""
    for table in ("chores", "runs", "targets", "deliveries"):
        op.drop_table(table)
