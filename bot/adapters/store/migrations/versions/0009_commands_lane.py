"""A queue of their own for comments, which do not wait until a worker is through with its runs.

`canon_put_job_v1` is changed in place: every other function calls it, and what it does for any
other target stays the same. Processes of the version before take no jobs of comments, which they
would not know what to do with.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PUT_JOB = """
CREATE OR REPLACE FUNCTION canon_put_job_v1(
    _key text, _priority integer, _attempt integer, _at timestamptz, _hurry boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _args jsonb := jsonb_build_object('key', _key, 'attempt', _attempt);
    _queue text := {queue};
BEGIN
    IF NOT EXISTS (
        SELECT FROM procrastinate_jobs WHERE queueing_lock = _key AND status = 'todo'
    ) THEN
        PERFORM procrastinate_defer_jobs_v1(ARRAY[
            ROW(_queue, 'reconcile', _priority, _key, _key, _args, _at)
        ]::procrastinate_job_to_defer_v1[]);
    ELSIF _hurry THEN
        UPDATE procrastinate_jobs SET scheduled_at = _at, args = _args
        WHERE queueing_lock = _key AND status = 'todo' AND scheduled_at > coalesce(_at, now());
    END IF;
END $$
"""

_BY_KIND = "CASE split_part(_key, '/', 2) WHEN 'comment' THEN 'canon-commands' ELSE 'canon' END"


def upgrade() -> None:
    """Let the kind of a target say which queue its job goes to."""
    op.execute(_PUT_JOB.format(queue=_BY_KIND))


def downgrade() -> None:
    """One queue for all, and what waits in the other is brought along."""
    op.execute(_PUT_JOB.format(queue="'canon'"))
    op.execute("UPDATE procrastinate_jobs SET queue_name = 'canon' WHERE status = 'todo'")
