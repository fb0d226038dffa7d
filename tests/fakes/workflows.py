"""Workflows whose course is planned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.errors import CouldNotCheckError
from bot.domain.repository import RepositoryRef
from bot.ports.actions import WorkflowRun, Workflows

URL = "https://github.example/acme/shop/actions/runs/"


def workflow_run(
    number: int, status: str, conclusion: str | None = None, title: str = ""
) -> WorkflowRun:
    return WorkflowRun(
        id=number,
        number=number % 100,
        title=title,
        status=status,
        conclusion=conclusion,
        url=f"{URL}{number}",
    )


@dataclass
class FakeWorkflows:
    """One repository's workflows. A dispatched run goes through `course`, a stage for each look.

    `tells` is whether a dispatch answers the run's id; `left` makes the artifact of what was
    dispatched, and may raise; `refusal` is raised by the next dispatch, after it took effect where
    `takes_effect`; `here` is what was there before.
    """

    course: Sequence[tuple[str, str | None] | None] = (("completed", "success"),)
    left: Callable[[Mapping[str, str]], bytes | None] = lambda _: None
    tells: bool = True
    refusals: list[CouldNotCheckError] = field(default_factory=list)
    takes_effect: bool = False
    here: list[WorkflowRun] = field(default_factory=list)
    dispatched: list[Mapping[str, str]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    looks: int = 0

    def workflows(self, repository: RepositoryRef) -> Workflows:
        assert repository.full_name == "acme/shop"
        return self

    def dispatch(self, workflow: str, inputs: Mapping[str, str]) -> int | None:
        assert workflow == "canon-tests.yml"
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is None or self.takes_effect:
            self.dispatched.append(inputs)
        if refusal is not None:
            raise refusal
        return self._newest if self.tells else None

    def recent(self, workflow: str) -> Sequence[WorkflowRun]:
        assert workflow == "canon-tests.yml"
        standing = self._now() if self.dispatched else None
        return [standing, *self.here] if standing is not None else self.here

    def run(self, run_id: int) -> WorkflowRun | None:
        for run in self.here:
            if run.id == run_id:
                return run
        assert run_id == self._newest
        self.looks += 1
        return self._now()

    def cancel(self, run_id: int) -> None:
        self.cancelled.append(run_id)

    def artifact(self, run_id: int, name: str, largest: int) -> bytes | None:
        del run_id, largest
        if self.dispatched:
            assert name == self.dispatched[-1]["correlation"]
        return self.left({"correlation": name})

    @property
    def _newest(self) -> int:
        return 100 + len(self.dispatched)

    def _now(self) -> WorkflowRun | None:
        stage = self.course[min(max(self.looks - 1, 0), len(self.course) - 1)]
        if stage is None:
            return None
        title = f"unit {self.dispatched[-1]['correlation']}"
        return workflow_run(self._newest, *stage, title=title)
