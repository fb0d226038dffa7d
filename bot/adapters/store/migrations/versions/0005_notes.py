"""Comments that are made once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "notes",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("marker", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", "marker", name="pk_notes"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("notes")
