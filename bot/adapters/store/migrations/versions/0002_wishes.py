"""What deliveries and workers do to the queue, as functions.

Each is one round trip, and holds a target's row for as long as the server takes: a worker that has
to wait for the processor in between would keep deliveries waiting.

The rule they keep is told in bot/adapters/queue/jobs.py. Each statement in them sees what was
committed before it began, which the rule relies on. To change one, add its next version, so that
processes of both ages can share the database.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PUT_JOB = """
CREATE FUNCTION canon_put_job_v1(
    _key text, _priority integer, _attempt integer, _at timestamptz, _hurry boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _args jsonb := jsonb_build_object('key', _key, 'attempt', _attempt);
BEGIN
    IF NOT EXISTS (
        SELECT FROM procrastinate_jobs WHERE queueing_lock = _key AND status = 'todo'
    ) THEN
        PERFORM procrastinate_defer_jobs_v1(ARRAY[
            ROW('canon', 'reconcile', _priority, _key, _key, _args, _at)
        ]::procrastinate_job_to_defer_v1[]);
    ELSIF _hurry THEN
        UPDATE procrastinate_jobs SET scheduled_at = _at, args = _args
        WHERE queueing_lock = _key AND status = 'todo' AND scheduled_at > coalesce(_at, now());
    END IF;
END $$
"""

_WANT = """
CREATE FUNCTION canon_want_v1(_works jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _work record;
    _at timestamptz;
BEGIN
    FOR _work IN
        SELECT work.* FROM jsonb_array_elements(_works) WITH ORDINALITY AS item(value, place),
            jsonb_to_record(item.value) AS work(
                key text, repository_id bigint, full_name text, installation_id bigint,
                kind text, name text, head_sha text, base_ref text, base_sha text,
                force boolean, gone boolean, priority integer
            )
        ORDER BY item.place
    LOOP
        INSERT INTO targets AS old (
            key, repository_id, full_name, installation_id, kind, name,
            generation, forced_generation, head_sha, base_ref, base_sha, gone
        ) VALUES (
            _work.key, _work.repository_id, _work.full_name, _work.installation_id, _work.kind,
            _work.name, 1, CASE WHEN _work.force THEN 1 ELSE 0 END,
            _work.head_sha, _work.base_ref, _work.base_sha, _work.gone
        )
        ON CONFLICT ON CONSTRAINT pk_targets DO UPDATE SET
            full_name = excluded.full_name,
            installation_id = coalesce(excluded.installation_id, old.installation_id),
            generation = old.generation + 1,
            forced_generation =
                CASE WHEN _work.force THEN old.generation + 1 ELSE old.forced_generation END,
            head_sha = coalesce(excluded.head_sha, old.head_sha),
            base_ref = coalesce(excluded.base_ref, old.base_ref),
            base_sha = coalesce(excluded.base_sha, old.base_sha),
            gone = excluded.gone
        RETURNING CASE WHEN old.not_before > now() THEN old.not_before END INTO _at;
        PERFORM canon_put_job_v1(_work.key, _work.priority, 0, _at, true);
    END LOOP;
END $$
"""

_ACCEPT = """
CREATE FUNCTION canon_accept_v1(
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
    PERFORM canon_want_v1(_works);
    RETURN true;
END $$
"""


_TRY_AGAIN = """
CREATE FUNCTION canon_try_again_v1(
    _key text, _priority integer, _attempt integer, _at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM targets WHERE key = _key FOR NO KEY UPDATE;
    PERFORM canon_put_job_v1(_key, _priority, _attempt, _at, false);
END $$
"""

_COME_BACK = """
CREATE FUNCTION canon_come_back_v1(
    _key text, _priority integer, _attempt integer, _at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE targets SET not_before = _at WHERE key = _key;
    PERFORM canon_put_job_v1(_key, _priority, _attempt, _at, false);
    UPDATE procrastinate_jobs SET scheduled_at = _at
    WHERE queueing_lock = _key AND status = 'todo' AND coalesce(scheduled_at, now()) < _at;
END $$
"""

_TAKE_JOB = """
CREATE FUNCTION canon_take_job_v1(
    _id bigint, _worker_id bigint, _key text, _priority integer, _attempt integer, _at timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM targets WHERE key = _key FOR NO KEY UPDATE;
    DELETE FROM procrastinate_jobs
    WHERE id = _id AND status = 'doing' AND worker_id IS NOT DISTINCT FROM _worker_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM canon_put_job_v1(_key, _priority, _attempt, _at, false);
    RETURN true;
END $$
"""

_FUNCTIONS = {
    "canon_put_job_v1": _PUT_JOB,
    "canon_want_v1": _WANT,
    "canon_accept_v1": _ACCEPT,
    "canon_try_again_v1": _TRY_AGAIN,
    "canon_come_back_v1": _COME_BACK,
    "canon_take_job_v1": _TAKE_JOB,
}


def upgrade() -> None:
    """Make the functions."""
    for definition in _FUNCTIONS.values():
        op.execute(definition)


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
