"""What GitHub Actions remembers: workflows, their runs, and what these leave."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.model import Record, Repository, User, now

_KEPT = timedelta(days=7)


@dataclass(slots=True, eq=False, repr=False)
class Workflow(Record):
    """A file in .github/workflows, by its path."""

    id: int
    repository: Repository
    path: str
    name: str
    created_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class WorkflowRun(Record):
    """A dispatched run; `title` is its run-name, `inputs` what it was given."""

    id: int
    workflow: Workflow
    number: int
    title: str
    inputs: dict[str, str]
    head_branch: str
    head_sha: str
    actor: User
    status: str = "queued"
    conclusion: str | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def repository(self) -> Repository:
        """Where it runs."""
        return self.workflow.repository


@dataclass(slots=True, eq=False, repr=False)
class Artifact(Record):
    """What a run has uploaded, as one zip file; `key` is what a download has to show."""

    id: int
    run: WorkflowRun
    name: str
    content: bytes
    key: str
    expired: bool = False
    created_at: datetime = field(default_factory=now)

    @property
    def expires_at(self) -> datetime:
        """When it is deleted."""
        return self.created_at + _KEPT
