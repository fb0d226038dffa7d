"""The measures of a scan: what was counted of one migration at one commit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bot.decide.gate import final_target
from bot.decide.words import many
from bot.domain.configuration import Migration
from bot.domain.measure import Figure, Measure
from bot.domain.measurement import (
    CommitLink,
    Evidence,
    FileLink,
    Measured,
    Measurement,
    Unmeasured,
)
from bot.domain.observation import RecordedCount
from bot.domain.scan import RuleCount, Scan

_FIGURES = (
    Figure.VIOLATIONS_TOTAL,
    Figure.FILES_AFFECTED,
    Figure.RULES_CONFIRMED,
    Figure.RULES_MET,
    Figure.VIOLATIONS_REMOVED,
)


def measure_scan(
    migration: Migration, scan: Scan | Unmeasured, first: Mapping[str, RecordedCount]
) -> Iterator[tuple[Measure, Measurement]]:
    """The measures of violations, files and rules; waived violations are in none of them.

    `first` holds each rule's first recorded count, by the rule's id.
    """
    if isinstance(scan, Unmeasured):
        yield from _without(migration, scan)
        return
    counts = _counts(migration, scan)
    if isinstance(counts, Unmeasured):
        yield from _without(migration, counts)
        return
    found = _Found(scan, migration.issue)
    total = sum(count.count for count in counts.values())
    yield Measure(Figure.VIOLATIONS_TOTAL), found.violations(total)
    files = found.files()
    yield Measure(Figure.FILES_AFFECTED), found.value(files, f"{files:,} of {scan.scanned:,} files")
    for id_, count in counts.items():
        yield Measure(Figure.VIOLATIONS_RULE, id_), found.violations(count.count, id_)
    confirmed = sum(count.count > 0 for count in counts.values())
    yield Measure(Figure.RULES_CONFIRMED), found.share(confirmed, len(counts))
    met = sum(
        counts[rule.id].count <= final_target(rule, migration.phase) for rule in migration.rules
    )
    yield Measure(Figure.RULES_MET), found.share(met, len(counts))
    yield Measure(Figure.VIOLATIONS_REMOVED), _removed(found, total, counts, first)


def _without(migration: Migration, why: Unmeasured) -> Iterator[tuple[Measure, Measurement]]:
    for figure in _FIGURES:
        yield Measure(figure), why
    for rule in migration.rules:
        yield Measure(Figure.VIOLATIONS_RULE, rule.id), why


def _counts(migration: Migration, scan: Scan) -> Mapping[str, RuleCount] | Unmeasured:
    """The count of every rule, by id, in the configuration's order."""
    found = next((one for one in scan.migrations if one.issue == migration.issue), None)
    counts = {rule.id: rule for rule in found.rules} if found else {}
    for rule in migration.rules:
        if rule.id not in counts:
            return Unmeasured(f"the scan did not count rule {rule.id}")
        if counts[rule.id].unchecked:
            return Unmeasured(f"rule {rule.id} could not be checked: {counts[rule.id].unchecked}")
    return {rule.id: counts[rule.id] for rule in migration.rules}


class _Found:
    """One migration's part of a scan: what its measures link to and are limited by.

    A link leads to the first violation, or to the commit where there is none; a working
    directory has no page.
    """

    def __init__(self, scan: Scan, issue: int) -> None:
        self._commit = scan.commit
        self._links: dict[str | None, FileLink] = {}
        self._paths: defaultdict[str | None, set[str]] = defaultdict(set)
        for violation in scan.violations:
            if violation.migration == issue and violation.waiver is None:
                link = FileLink(scan.commit, violation.path, violation.line)
                for rule in (None, violation.rule):
                    self._links.setdefault(rule, link)
                    self._paths[rule].add(violation.path)
        self._caveats = tuple(_unread(scan))

    def files(self, rule: str | None = None) -> int:
        """How many files have violations, of `rule` or of any."""
        return len(self._paths[rule])

    def violations(self, count: int, rule: str | None = None) -> Measured:
        """A count of violations, of `rule` or of all."""
        where = many(self.files(rule), "file")
        return self.value(count, f"{many(count, 'violation')} in {where}", rule=rule)

    def value(self, value: float, basis: str, *, rule: str | None = None) -> Measured:
        """A value of this scan; it links to the first violation of `rule`, or of all."""
        linked = self._links.get(rule, CommitLink(self._commit))
        return Measured(
            value,
            Evidence(
                basis=basis,
                commit=self._commit,
                link=None if "+" in self._commit else linked,
                caveats=self._caveats,
            ),
        )

    def share(self, part: int, rules: int) -> Measurement:
        """A share of the rules."""
        if rules == 0:
            return Unmeasured("there is no rule")
        return self.value(part / rules, f"{part:,} of {many(rules, 'rule')}")


def _unread(scan: Scan) -> Iterator[str]:
    if scan.skipped:
        yield f"{many(len(scan.skipped), 'file')} could not be read"
    if scan.degraded:
        yield f"{many(len(scan.degraded), 'file')} could be read in part only"


def _removed(
    found: _Found, now: int, counts: Mapping[str, RuleCount], first: Mapping[str, RecordedCount]
) -> Measurement:
    """The share of the first recorded count that is gone: 0 where it has grown."""
    for rule in counts:
        if rule not in first:
            return Unmeasured(f"no earlier count of rule {rule} is recorded")
    then = sum(first[rule].count for rule in counts)
    if then == 0:
        return Unmeasured("the first recorded count is 0")
    since = min(first[rule].on for rule in counts)
    return found.value(max(0, then - now) / then, f"{then:,} on {since}, now {now:,}")
