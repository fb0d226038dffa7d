"""Test categories as configured: what to run, where, and what each phase expects of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.phase import Phase


class Expectation(StrEnum):
    """What the tests of a category must do in a phase."""

    PASS = "pass"  # noqa: S105 - an expectation, not a password
    FAIL = "fail"
    ANY = "any"


class Trigger(StrEnum):
    """What a category may be run for."""

    PULL_REQUEST = "pull_request"
    PUSH = "push"
    COMMAND = "command"


class Executor(StrEnum):
    """Where a category runs."""

    SANDBOX = "sandbox"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCounts:
    """What the plan says a run will show; a difference is reported. None: not stated."""

    total: int | None = None
    failing: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One test category. `expect` has an entry for every phase; `timeout` is in seconds.

    `run` is a shell command, in which `{junit}` stands for the result file. `paths` are globs: the
    category runs where a changed file matches one; no globs: always. `workflow` and `services`
    are for `Executor.ACTIONS`.
    """

    name: str
    run: str
    expect: Mapping[Phase, Expectation]
    timeout: float
    setup: str | None = None
    setup_files: tuple[str, ...] = ()
    when: tuple[Trigger, ...] = tuple(Trigger)
    paths: tuple[str, ...] = ()
    executor: Executor = Executor.SANDBOX
    workflow: str | None = None
    services: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    counts: ExpectedCounts | None = None
