"""Comments with commands in them, what became of each command, and waivers by command."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WANT = """
CREATE FUNCTION canon_want_v2(_works jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM canon_want_v1(_works);
    INSERT INTO comments (
        key, comment_id, number, on_pull_request, opened_by, author, author_id, body, created_at
    )
    SELECT work.key, said.*
    FROM jsonb_array_elements(_works) AS item(value),
        jsonb_to_record(item.value) AS work(key text, comment jsonb),
        jsonb_to_record(work.comment) AS said(
            id bigint, number bigint, on_pull_request boolean, opened_by bigint,
            author text, author_id bigint, body text, created_at timestamptz
        )
    WHERE jsonb_typeof(work.comment) = 'object'
    ON CONFLICT DO NOTHING;
END $$
"""

_ACCEPT = """
CREATE FUNCTION canon_accept_v2(
    _guid text, _event text, _action text, _received_at timestamptz, _state text, _reason text,
    _body bytea, _works jsonb
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deliveries (guid, event, action, received_at, state, reason, body)
    VALUES (_guid, _event, _action, _received_at, _state, _reason, _body)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM canon_want_v2(_works);
    RETURN true;
END $$
"""


def upgrade() -> None:
    """Make the tables and the functions."""
    op.create_table(
        "comments",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("comment_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("on_pull_request", sa.Boolean, nullable=False),
        sa.Column("opened_by", sa.BigInteger),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("answer_id", sa.BigInteger),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_comments"),
        sa.ForeignKeyConstraint(["key"], ["targets.key"], name="fk_comments_key_targets"),
    )
    op.create_table(
        "commands",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "position", name="pk_commands"),
        sa.ForeignKeyConstraint(["key"], ["comments.key"], name="fk_commands_key_comments"),
    )
    op.create_table(
        "waivers",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("migration", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_key", sa.Text),
        sa.Column("ended_position", sa.Integer),
        sa.Column("announced_at", sa.DateTime(timezone=True)),
        sa.Column("lapsed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
        sa.UniqueConstraint("key", "position", name="uq_waivers_key_position"),
        sa.ForeignKeyConstraint(["key"], ["comments.key"], name="fk_waivers_key_comments"),
    )
    op.create_index("ix_waivers_repository_id", "waivers", ["repository_id"])
    op.execute(_WANT)
    op.execute(_ACCEPT)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION canon_accept_v2")
    op.execute("DROP FUNCTION canon_want_v2")
    for table in ("waivers", "commands", "comments"):
        op.drop_table(table)
