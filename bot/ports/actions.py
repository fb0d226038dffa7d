"""Workflows of GitHub Actions: dispatching, watching, and what they leave.

See https://docs.github.com/en/rest/actions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.domain.errors import CouldNotCheckError
from bot.domain.repository import RepositoryRef

CANCELLED: Final = "cancelled"
_QUEUED: Final = frozenset({"queued", "requested", "waiting", "pending"})


class WorkflowMissingError(CouldNotCheckError):
    """The default branch has no workflow in a file of that name."""


class ArtifactExpiredError(CouldNotCheckError):
    """There was such an artifact, and GitHub has deleted it."""


class ArtifactTooLargeError(CouldNotCheckError):
    """An artifact has more bytes than are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """One run of a workflow; `number` counts the runs of that workflow, `title` is its `run-name`.

    `status` and `conclusion` are GitHub's words; `url` is its page.
    """

    id: int
    number: int
    title: str
    status: str
    conclusion: str | None
    url: str

    @property
    def queued(self) -> bool:
        """Whether no runner has taken it yet."""
        return self.status in _QUEUED

    @property
    def completed(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.status == "completed"


class Workflows(Protocol):
    """The workflows of one repository.

    Every method raises `RetryLaterError` when GitHub is down, slow or limits us, and
    `PermissionMissingError` where Canon may not do it.
    """

    def dispatch(self, workflow: str, inputs: Mapping[str, str]) -> int | None:
        """Start the workflow of that file name, as it is on the default branch.

        Answers the run's id; None where the server does not tell it. Raises
        `WorkflowMissingError`, and `RequestRefusedError` where it does not take the inputs.
        """

    def recent(self, workflow: str) -> Sequence[WorkflowRun]:
        """Its newest dispatched runs (at most 100), newest first."""

    def run(self, run_id: int) -> WorkflowRun | None:
        """A run now; None where GitHub knows none, as in the first moments after a dispatch."""

    def cancel(self, run_id: int) -> None:
        """Ask for a run's end; nothing happens where it has ended."""

    def artifact(self, run_id: int, name: str, largest: int) -> bytes | None:
        """The zip file of a run's artifact of that name; None where it has none.

        Raises `ArtifactExpiredError`, and `ArtifactTooLargeError` above `largest` bytes.
        """


class WorkflowsAccess(Protocol):
    """Opens the workflows of repositories, with credentials for nothing else."""

    def workflows(self, repository: RepositoryRef) -> Workflows:
        """The workflows of one repository; nothing is asked yet."""
