from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from bot.domain.repository import RepositoryRef
from bot.domain.work import Target, TargetState, Work
from bot.ports.store import Run, RunState, Stage


class FakeRuns:
    """The `Runs` and `Queue` ports in memory, with the same fences as the database."""

    def __init__(self) -> None:
        self.states: dict[str, TargetState] = {}
        self.rows: list[Run] = []
        self.comments: dict[str, int] = {}
        self.held: set[str] = set()
        self.wanted: list[Work] = []
        self.saved: list[Run] = []

    def note(self, work: Work) -> TargetState:
        """What accepting a delivery does to its target."""
        before = self.states.get(work.target.key)
        generation = (before.generation if before else 0) + 1
        state = TargetState(
            target=work.target,
            generation=generation,
            forced_generation=(
                generation if work.force else before.forced_generation if before else 0
            ),
            head_sha=work.head_sha,
            base_ref=work.base_ref,
            base_sha=work.base_sha,
            gone=work.gone,
        )
        self.states[work.target.key] = state
        return state

    def want(self, work: Sequence[Work]) -> None:
        self.wanted += work

    @contextmanager
    def exclusive(self, key: str) -> Iterator[bool]:
        ours = key not in self.held
        self.held.add(key)
        try:
            yield ours
        finally:
            if ours:
                self.held.discard(key)

    def target(self, key: str) -> TargetState | None:
        return self.states.get(key)

    def newest(self, key: str) -> Run | None:
        return next((run for run in reversed(self.rows) if run.key == key), None)

    def last_completed(self, key: str) -> Run | None:
        runs = (run for run in reversed(self.rows) if run.key == key)
        return next((run for run in runs if run.state is RunState.COMPLETED), None)

    def judged_against(self, repository_id: int, base_ref: str) -> Mapping[Target, str | None]:
        return {
            state.target: run.config_digest
            for state in self.states.values()
            if state.target.repository.id == repository_id
            and not state.gone
            and (run := self.newest(state.target.key)) is not None
            and run.base_ref == base_ref
        }

    def begin(
        self,
        state: TargetState,
        *,
        head_sha: str,
        base_ref: str | None,
        now: datetime,
        deadline_at: datetime,
    ) -> Run:
        run = Run(
            id=len(self.rows) + 1,
            key=state.target.key,
            generation=state.generation,
            head_sha=head_sha,
            base_ref=base_ref,
            started_at=now,
            deadline_at=deadline_at,
            attempts=1,
            state=RunState.RUNNING,
            stage=Stage.STARTED,
            check=None,
            page=f"{len(self.rows) + 1:032x}",
        )
        self.rows.append(run)
        return run

    def resume(self, run: Run, *, deadline_at: datetime) -> Run:
        current = self.rows[run.id - 1]
        resumed = replace(current, attempts=current.attempts + 1, deadline_at=deadline_at)
        self.rows[run.id - 1] = resumed
        return resumed

    def save(self, run: Run) -> bool:
        current = self.rows[run.id - 1]
        if current.state is not RunState.RUNNING or current.attempts != run.attempts:
            return False
        self.rows[run.id - 1] = run
        self.saved.append(run)
        return True

    def paged(self, run: int, page: str) -> Run | None:
        return next((it for it in self.rows if (it.id, it.page) == (run, page)), None)

    def overdue(self, now: datetime) -> Sequence[Run]:
        return [r for r in self.rows if r.state is RunState.RUNNING and r.deadline_at < now]

    def repositories(self) -> Sequence[RepositoryRef]:
        configured = {run.key for run in self.rows if run.config_digest is not None}
        targets = [state.target for state in self.states.values() if state.target.key in configured]
        return list({target.repository.id: target.repository for target in targets}.values())

    def evaluated_at(self, repository_id: int, head_sha: str) -> Sequence[Target]:
        keys = {run.key for run in self.rows if run.head_sha == head_sha}
        targets = [state.target for state in self.states.values() if state.target.key in keys]
        return [target for target in targets if target.repository.id == repository_id]

    def cancel(self, key: str, *, by: str, at: datetime) -> None:
        self.states[key] = replace(self.states[key], cancelled_at=at, cancelled_by=by)

    def judged(self, repository_id: int) -> Sequence[Target]:
        targets = [state.target for state in self.states.values() if not state.gone]
        return [
            target
            for target in targets
            if target.repository.id == repository_id
            and (run := self.newest(target.key)) is not None
            and run.config_digest is not None
        ]

    def heads(self, key: str, *, until: datetime) -> Sequence[str]:
        runs = [run for run in reversed(self.rows) if run.key == key and run.started_at <= until]
        return list(dict.fromkeys(run.head_sha for run in runs))

    def comment_id(self, key: str) -> int | None:
        return self.comments.get(key)

    def remember_comment(self, key: str, comment_id: int) -> None:
        self.comments[key] = comment_id
