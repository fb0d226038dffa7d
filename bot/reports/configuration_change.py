"""What a pull request would change in the gate itself, beside what it changes in the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.decide.reconfiguration import changes
from bot.domain.comparison import Comparison
from bot.domain.configuration import Configuration
from bot.domain.errors import ConfigurationInvalidError
from bot.domain.scan import Scan
from bot.reports.context import ReportContext
from bot.reports.problems import problem_list
from bot.reports.views import ConfigurationSection, CountRow, Difference
from bot.reports.words import headline


@dataclass(frozen=True, slots=True)
class InvalidChange:
    """The pull request's configuration cannot be read: merged, it would stop the gate."""

    error: ConfigurationInvalidError


@dataclass(frozen=True, slots=True)
class RemovedChange:
    """The pull request removes the configuration: merged, nothing would be gated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidChange:
    """The pull request's configuration, and what it would say of this very pull request.

    `comparison` and `head` were made under `after`.
    """

    before: Configuration
    after: Configuration
    comparison: Comparison
    head: Scan


ConfigurationChange = InvalidChange | RemovedChange | ValidChange


def section(
    change: ConfigurationChange, head: Scan, context: ReportContext, *, most: int
) -> ConfigurationSection:
    """The section of a report, with at most so many lines of a kind.

    `head` is the scan of the head under the base's configuration.
    """
    match change:
        case InvalidChange(error):
            return ConfigurationSection(
                problems=problem_list(error.problems, context, commit=context.head, most=most)
            )
        case RemovedChange():
            return ConfigurationSection(removed=True)
        case ValidChange():
            told = changes(change.before, change.after)
            return ConfigurationSection(
                differences=[Difference(text=one.text, weaker=one.weaker) for one in told[:most]],
                differences_left_out=max(0, len(told) - most),
                counts=_counts(head, change.head)[:most],
                verdict=headline(change.comparison),
            )
    assert_never(change)


def _counts(before: Scan, after: Scan) -> Sequence[CountRow]:
    """The rules that find more or less at the same commit under the new configuration."""
    old, new = before.counts(), after.counts()
    return [
        CountRow(rule=key[1], before=_count(old.get(key)), after=_count(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"
