"""A real worker process whose jobs do what their target's name says, and leave a trace.

Run as `python -m tests.support.worker_process URL`; settings come from the environment.
Names: `sleep-SECONDS`, `fail-TIMES`, `later-SECONDS` (once), `exclusive-SECONDS`, `die` (once).
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from bot import settings, worker
from bot.adapters import database
from bot.adapters.queue.chores import Chore
from bot.adapters.store.runs import DatabaseRuns
from bot.domain.errors import RetryLaterError
from bot.logs import configure_logging

QUICK = {"CANON_HEARTBEAT_SECONDS": "0.2", "CANON_STALLED_SECONDS": "1"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace."""

    key: str
    what: str
    pid: int
    at: datetime

    @property
    def name(self) -> str:
        return self.key.rsplit("/", 1)[1]


class Trace:
    """What the jobs did, in the database, in order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(2)"))
            connection.execute(
                text(
                    "CREATE TABLE IF NOT EXISTS trace (id bigserial, key text, what text,"
                    " pid int, at timestamptz DEFAULT clock_timestamp())"
                )
            )

    def note(self, key: str, what: str) -> None:
        values = {"key": key, "what": what, "pid": os.getpid()}
        insert = text("INSERT INTO trace (key, what, pid) VALUES (:key, :what, :pid)")
        with self._engine.begin() as connection:
            connection.execute(insert, values)

    def steps(self, *what: str) -> list[Step]:
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT key, what, pid, at FROM trace ORDER BY id"))
            return [Step(*row) for row in rows if not what or row.what in what]

    def wait(self, what: str, count: int = 1, within: float = 10) -> list[Step]:
        """Wait until there are `count` such steps."""
        give_up = time.monotonic() + within
        while len(found := self.steps(what)) < count:
            assert time.monotonic() < give_up, f"{count} x {what} in {within} s: {self.steps()}"
            time.sleep(0.02)
        return found


@contextmanager
def running_worker(
    url: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process that is ready for jobs; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.worker_process", url],
        env={**os.environ, **QUICK, **(environment or {})},
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if b"worker.started" in line:
            break
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        drain.join()
        process.stderr.close()


def _perform(engine: Engine, trace: Trace, key: str) -> None:
    trace.note(key, "start")
    action, _, amount = key.rsplit("/", 1)[1].partition("-")
    tries = len([step for step in trace.steps("start") if step.key == key])
    if action == "sleep":
        time.sleep(float(amount))
    elif action == "fail" and tries <= int(amount):
        raise RuntimeError("as asked")
    elif action == "later" and tries == 1:
        raise RetryLaterError("as asked", datetime.now(UTC) + timedelta(seconds=float(amount)))
    elif action == "die" and tries == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "exclusive":
        with DatabaseRuns(engine).exclusive(key) as ours:
            if not ours:
                trace.note(key, "refused")
                raise RetryLaterError("held", datetime.now(UTC))
            trace.note(key, "held")
            time.sleep(float(amount))
    trace.note(key, "end")


def main() -> int:
    chosen = settings.load()
    configure_logging(chosen)
    url = sys.argv[1]
    engine = database.connect(url, name="canon worker", connections=10)
    trace = Trace(engine)
    chore = Chore("chore", timedelta(seconds=1), lambda: trace.note("", "chore"))
    return worker.run(chosen, url, engine, lambda key: _perform(engine, trace, key), [chore])


if __name__ == "__main__":
    sys.exit(main())
