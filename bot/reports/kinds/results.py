"""`results`: what the tests showed, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.measurement import Unmeasured
from bot.reports.frame import Frame
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.rules import IssueGroup, RuleTable, issues, rule_table
from bot.reports.parts.suites import Suites, suites
from bot.reports.parts.summary import (
    Key,
    Verdict,
    reproduced_key,
    stake_key,
    tests_key,
    verdict,
    violations_key,
)
from bot.reports.parts.wanted import (
    Checklist,
    Criteria,
    Plan,
    Stated,
    checklist,
    criteria,
    plan,
    stated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that tests of a category are in, and how many."""

    path: str
    url: str | None
    category: str
    tests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsView:
    """What the template is given."""

    verdict: Verdict
    keys: Sequence[Key]
    suites: Suites
    rules: RuleTable
    issues: Sequence[IssueGroup]
    stated: Stated
    matrix: Matrix | None
    plan: Plan
    criteria: Criteria
    checklist: Checklist
    artifacts: Sequence[Artifact]
    artifacts_left_out: int


def view(frame: Frame) -> ResultsView:
    """Everything of the report, in the order of reading."""
    found = suites(frame)
    artifacts = frame.rows(_artifacts(frame))
    return ResultsView(
        verdict=verdict(frame),
        keys=[
            reproduced_key(frame),
            violations_key(frame),
            tests_key(found),
            *stake_key(frame),
        ],
        suites=found,
        rules=rule_table(frame),
        issues=issues(frame),
        stated=stated(frame),
        matrix=matrix(frame),
        plan=plan(frame),
        criteria=criteria(frame),
        checklist=checklist(frame),
        artifacts=artifacts.shown,
        artifacts_left_out=artifacts.left_out,
    )


def _artifacts(frame: Frame) -> Sequence[Artifact]:
    """The files that the results name, in their order."""
    tests = frame.evidence.tests
    if isinstance(tests, Unmeasured):
        return ()
    counts: dict[tuple[str, str], int] = {}
    for result in tests.results:
        for test in result.tests:
            path, _, name = test.id.partition("::")
            if name and path.endswith(".py"):
                key = path, result.category
                counts[key] = counts.get(key, 0) + 1
    return [
        Artifact(path=path, url=frame.at(path, 1), category=category, tests=count)
        for (path, category), count in counts.items()
    ]
