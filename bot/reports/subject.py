from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.comparison import Comparison
from bot.domain.errors import ConfigurationProblem
from bot.domain.scan import Scan
from bot.reports.configuration_change import ConfigurationChange, InvalidChange
from bot.reports.context import ReportContext
from bot.reports.findings import MigrationFindings


@dataclass(frozen=True, slots=True)
class Subject:
    """What the check and the comment of one run are about; the findings are worked out once."""

    comparison: Comparison
    head: Scan
    findings: Sequence[MigrationFindings]
    change: ConfigurationChange | None
    context: ReportContext

    @property
    def problems(self) -> Sequence[ConfigurationProblem]:
        """The faults of the configuration that the pull request brings."""
        return self.change.error.problems if isinstance(self.change, InvalidChange) else ()
