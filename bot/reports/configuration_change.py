"""What a pull request would change in the gate itself, beside what it changes in the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from bot.decide.reconfiguration import changes
from bot.domain.comparison import Comparison
from bot.domain.configuration import Configuration
from bot.domain.errors import ConfigurationInvalidError
from bot.domain.scan import Scan
from bot.reports.context import ReportContext
from bot.reports.problems import problem_list
from bot.reports.views import Budget, ConfigurationSection, Count
from bot.reports.words import headline

_MOST_COUNTS: Final = 15


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
