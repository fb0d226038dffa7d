"""Canon's own tables. Procrastinate keeps its jobs in tables beside them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("guid", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Column("action", Text),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("body", LargeBinary, nullable=False),  # deflated (RFC 1950)
    Index(None, "received_at"),
)

targets = Table(
    "targets",
    metadata,
    Column("key", Text, primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("installation_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("forced_generation", BigInteger, nullable=False),
    Column("head_sha", Text),
    Column("base_ref", Text),
    Column("base_sha", Text),
    Column("gone", Boolean, nullable=False),
    Column("not_before", DateTime(timezone=True)),  # when GitHub asked us to come back
    Column("comment_id", BigInteger),
    Column("cancelled_at", DateTime(timezone=True)),  # what had begun before is to stop
    Column("cancelled_by", Text),
    Index(None, "repository_id"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, ForeignKey("targets.key"), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("head_sha", Text, nullable=False),
    Column("base_ref", Text),
    Column("base_sha", Text),
    Column("merge_base", Text),
    Column("config_digest", Text),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("deadline_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("conclusion", Text),
    Column("note", Text),
    Column("check_external_id", Text),  # null: no check has been thought of yet
    Column("check_head_sha", Text),
    Column("check_id", BigInteger),
    Column("check_annotations_sent", Integer),
    Column("check_completed", Boolean),
    # The address of its page, which nobody can guess.
    Column("page", Uuid, server_default=text("gen_random_uuid()"), nullable=False),
    Index(None, "key", "id"),
    Index(None, "head_sha"),
    Index("ix_runs_running_deadline_at", "deadline_at", postgresql_where=text("state = 'running'")),
)

approvals = Table(
    "approvals",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("head_sha", Text, primary_key=True),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", DateTime(timezone=True), nullable=False),
)

test_requests = Table(
    "test_requests",
    metadata,
    Column("key", Text, primary_key=True),
    Column("head_sha", Text, primary_key=True),
    Column("issue", BigInteger, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("unexpected", Boolean, primary_key=True),
    Column("asked_at", DateTime(timezone=True), nullable=False),
)

test_results = Table(
    "test_results",
    metadata,
    Column("run_id", BigInteger, ForeignKey("runs.id"), primary_key=True),
    Column("issue", BigInteger, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("definition", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("result", LargeBinary, nullable=False),  # JSON, deflated (RFC 1950)
    Column("log", LargeBinary),  # deflated; null: nothing was written, or it was forgotten
    Index(None, "at"),
)

chores = Table(
    "chores",
    metadata,
    Column("name", Text, primary_key=True),
    Column("due_at", DateTime(timezone=True), nullable=False),
)

counts = Table(
    "counts",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("issue", BigInteger, primary_key=True),
    Column("commit", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("phase", Text, nullable=False),
    Column("config_digest", Text, nullable=False),
    Column("counts", JSONB, nullable=False),  # rule id -> count, without the waived
    Index(None, "repository_id", "issue", "at"),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("marker", Text, primary_key=True),
)

comments = Table(
    "comments",
    metadata,
    Column("key", Text, ForeignKey("targets.key"), primary_key=True),
    Column("comment_id", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("on_pull_request", Boolean, nullable=False),
    Column("opened_by", BigInteger),
    Column("author", Text, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # as it stood when it was written
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("answer_id", BigInteger),
    Column("finished_at", DateTime(timezone=True)),
)

commands = Table(
    "commands",
    metadata,
    Column("key", Text, ForeignKey("comments.key"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("done", Boolean, nullable=False),  # false: refused, or it could not be done
    Column("answer", Text, nullable=False),
    Column("settled_at", DateTime(timezone=True), nullable=False),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, ForeignKey("comments.key"), nullable=False),
    Column("position", Integer, nullable=False),  # of the command in its comment
    Column("repository_id", BigInteger, nullable=False),
    Column("migration", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("fingerprint", Text),  # null: every violation of the rule in the file
    Column("reason", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("until", Date, nullable=False),
    Column("source", Text, nullable=False),  # the address of the comment
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Text),
    Column("ended_key", Text),  # the command that ended it: its comment, and its position there
    Column("ended_position", Integer),
    Column("announced_at", DateTime(timezone=True)),  # that it ends soon
    Column("lapsed_at", DateTime(timezone=True)),  # that it has ended was acted upon
    UniqueConstraint("key", "position"),
    Index(None, "repository_id"),
)

probes = Table(
    "probes",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("issue", BigInteger, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("installation_id", BigInteger),
    Column("branch", Text, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Index(None, "due_at"),
)

probe_answers = Table(
    "probe_answers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("issue", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("up", Boolean),  # null: it could not be asked
    Column("seconds", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "repository_id", "issue", "name", "at"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("issue", BigInteger, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("opened_at", DateTime(timezone=True), primary_key=True),
    Column("closed_at", DateTime(timezone=True)),
    Column("comment_id", BigInteger),
)

report_pages = Table(
    "report_pages",
    metadata,
    # The address, which nobody can guess.
    Column("page", Uuid, server_default=text("gen_random_uuid()"), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("issue", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
    Column("html", LargeBinary),  # deflated (RFC 1950); null: reserved
    UniqueConstraint("repository_id", "issue", "kind", "commit"),
    Index(None, "at"),
)
