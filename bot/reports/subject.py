from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.comparison import Comparison
from bot.domain.errors import ConfigurationProblem
from bot.domain.scan import Scan
from bot.domain.verdict import Outcome
from bot.reports.configuration_change import ConfigurationChange, InvalidChange
from bot.reports.context import ReportContext
from bot.reports.findings import MigrationFindings
from bot.reports.testing import Tested
from bot.reports.words import headline, plural


@dataclass(frozen=True, slots=True)
class Subject:
    """What the check and the comment of one run are about; the findings are worked out once."""

    comparison: Comparison
    head: Scan
    findings: Sequence[MigrationFindings]
    change: ConfigurationChange | None
    context: ReportContext
    tests: Tested | None = None

    @property
    def problems(self) -> Sequence[ConfigurationProblem]:
        """The faults of the configuration that the pull request brings."""
        return self.change.error.problems if isinstance(self.change, InvalidChange) else ()

    @property
    def outcome(self) -> Outcome:
        """The gate's verdict; a configuration that cannot be read fails whatever it says."""
        if self.problems:
            return Outcome.FAIL
        outcomes = [
            self.comparison.verdict,
            self.tests.verdict.outcome if self.tests else Outcome.PASS,
        ]
        return Outcome.FAIL if Outcome.FAIL in outcomes else Outcome.worst(outcomes)

    @property
    def headline(self) -> str:
        """The verdict in one line, without markup."""
        said = headline(self.comparison)
        if self.tests:
            said = f"{said}; {self.tests.headline}"
        if not self.problems:
            return said
        return f"The new configuration has {plural(len(self.problems), 'problem')}; {said}"
