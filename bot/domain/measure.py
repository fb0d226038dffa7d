"""The figures that a decision, a plan and success criteria may ask for, by name."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Figure(StrEnum):
    """What is measured. Those with an angle bracket need the name of one thing to look at."""

    VIOLATIONS_TOTAL = "violations.total"
    VIOLATIONS_RULE = "violations.rule.<id>"
    VIOLATIONS_REMOVED = "violations.removed"
    FILES_AFFECTED = "files.affected"
    RULES_CONFIRMED = "rules.confirmed"
    RULES_MET = "rules.met"
    TESTS_RAN = "tests.ran"
    TESTS_PASSED = "tests.passed"
    TESTS_AS_EXPECTED = "tests.as_expected"
    CATEGORY_PASSED = "tests.category.<name>.passed"
    PROBE_UP = "probe.<name>.up"
    COVERAGE = "coverage.<name>"
    CODEMOD_COVERED = "codemod.covered"
    PLAN_DONE = "plan.done"

    @property
    def is_share(self) -> bool:
        """Whether it lies between 0 and 1; the others are counts, from 0 upwards."""
        return self not in _COUNTS

    @property
    def form(self) -> str:
        """A regular expression for the measures of this figure; its group is the subject."""
        return re.sub(r"<\w+>", "([A-Za-z0-9][A-Za-z0-9_-]*)", f"^{re.escape(self.value)}$")


_COUNTS = {Figure.VIOLATIONS_TOTAL, Figure.VIOLATIONS_RULE, Figure.FILES_AFFECTED}
_FORMS = {figure: re.compile(figure.form) for figure in Figure}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure; `subject` is the rule, category, probe or coverage entry that it concerns."""

    figure: Figure
    subject: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a name such as `violations.rule.factory-import`; None where it is no measure."""
        for figure, form in _FORMS.items():
            if found := form.fullmatch(text):
                return cls(figure, found[1] if form.groups else None)
        return None

    def __str__(self) -> str:
        return re.sub(r"<\w+>", self.subject or "", self.figure.value)
