"""`violations`: what is there, how grave it is, whose it is, and where it has to go."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reports.frame import Frame
from bot.reports.parts.matrix import Matrix, matrix
from bot.reports.parts.rules import IssueGroup, RuleTable, issues, rule_table
from bot.reports.parts.suites import Suites, suites
from bot.reports.parts.summary import (
    Key,
    Verdict,
    reproduced_key,
    severity_keys,
    tests_key,
    verdict,
    violations_key,
)
from bot.reports.parts.waivers import Waivers, waivers
from bot.reports.parts.wanted import Plan, Stated, plan, stated
from bot.reports.parts.where import Where, where


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationsView:
    """What the template is given."""

    verdict: Verdict
    keys: Sequence[Key]
    rules: RuleTable
    issues: Sequence[IssueGroup]
    where: Where
    waivers: Waivers
    plan: Plan
    stated: Stated
    suites: Suites
    matrix: Matrix | None


def view(frame: Frame) -> ViolationsView:
    """Everything of the report, in the order of reading."""
    found = suites(frame)
    return ViolationsView(
        verdict=verdict(frame),
        keys=[
            violations_key(frame),
            *severity_keys(frame),
            reproduced_key(frame),
            tests_key(found),
        ],
        rules=rule_table(frame),
        issues=issues(frame),
        where=where(frame),
        waivers=waivers(frame),
        plan=plan(frame),
        stated=stated(frame),
        suites=found,
        matrix=matrix(frame),
    )
