"""What can go wrong, by who must hear of it.

A gate that fails is no error: it is a `Verdict`. These are the other two kinds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class CanonError(Exception):
    """Base of every error that Canon raises on purpose; its text is fit to be shown."""


class InputError(CanonError):
    """The input is wrong; its author hears of it, with the next step. Exit status 2."""


class CouldNotCheckError(CanonError):
    """The world did not let us look; says nothing about the code. Exit status 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationProblem:
    """One fault in a configuration file; line and column are 1-based."""

    path: str
    line: int
    column: int
    message: str
    expected: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        extra = [f"expected {self.expected}"] if self.expected else []
        extra += [self.hint] if self.hint else []
        return f"{self.path}:{self.line}:{self.column}: " + "; ".join([self.message, *extra])


class ConfigurationInvalidError(InputError):
    """A configuration with all its problems, sorted by place."""

    def __init__(self, problems: Sequence[ConfigurationProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigurationMissingError(InputError):
    """There is neither .github/canon.yml nor .github/canon/*.yml at this commit."""


class UnknownRevisionError(InputError):
    """A revision that the repository does not have."""


class LimitExceededError(CouldNotCheckError):
    """A bound of the configuration's `limits` was reached."""


class RetryLaterError(CouldNotCheckError):
    """The other side asked us to come back, or is down; `at` is the earliest useful time (UTC)."""

    def __init__(self, message: str, at: datetime) -> None:
        self.at = at
        super().__init__(message)


class SupersededError(CouldNotCheckError):
    """Newer input arrived while this run was going; `by` names it (a commit, or a reason)."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(f"superseded by {by}")


class DeadlineExceededError(CouldNotCheckError):
    """A run did not end within its deadline."""


class PermissionMissingError(CouldNotCheckError):
    """Canon may not do this on GitHub; the text names the permission, where GitHub names it."""


class RepositoryGoneError(CouldNotCheckError):
    """The repository or the installation is deleted, suspended, or hidden from Canon."""


class RequestRefusedError(CouldNotCheckError):
    """The other side calls the request itself wrong: a limit, or a fault of Canon's."""
