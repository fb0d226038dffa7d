"""Rules with their counts, and the places where they find something."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.decide.assessment import RuleProgress
from bot.domain.configuration import Rule
from bot.domain.scan import RuleCount
from bot.domain.severity import Severity
from bot.domain.violation import Violation
from bot.reports.frame import Frame
from bot.reports.words import plural

SEVERITIES: Final = {
    Severity.P0: "critical",
    Severity.P1: "high",
    Severity.P2: "medium",
    Severity.P3: "low",
}
_MOST_LINES: Final = 12
_MOST_SYMBOLS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule in numbers. `url` leads to its first violation; `first` is None without a record.

    `unchecked` says why the rule could not be checked: its count is no measurement then.
    """

    id: str
    kind: str
    severity: str
    count: int
    files: int
    first: int | None
    target: int
    left: int
    waived: int
    met: bool
    unchecked: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file."""

    number: int
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlaces:
    """One file with the lines where a rule finds something; `lines_left_out` are not shown."""

    path: str
    url: str | None
    label: str
    lines: Sequence[Line]
    lines_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What one rule found: why it matters, where, and what to write instead.

    `symbols` are what was found most, `replacements` what to write instead of them.
    """

    row: RuleRow
    message: str
    scope: str
    symbols: Sequence[str]
    symbols_left_out: int
    replacements: Sequence[str]
    files: Sequence[FilePlaces]
    files_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueGroup:
    """The findings of one severity."""

    heading: str
    issues: Sequence[Issue]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """Every rule in numbers, and the sums; `recorded` says whether first counts are known."""

    rows: Sequence[RuleRow]
    rows_left_out: int
    recorded: bool
    count: int
    files: int
    first: int | None
    target: int
    waived: int


def rule_table(frame: Frame) -> RuleTable:
    """The gravest rules first, then those with most to do."""
    every = [row for row, _ in _ordered(frame)]
    rows = frame.rows(every)
    return RuleTable(
        rows=rows.shown,
        rows_left_out=rows.left_out,
        recorded=any(row.first is not None for row in every),
        count=frame.assessment.now,
        files=len(affected(frame)),
        first=frame.assessment.first,
        target=sum(row.target for row in every),
        waived=sum(row.waived for row in every),
    )


def issues(frame: Frame) -> Sequence[IssueGroup]:
    """What was found, by severity; rules that find nothing are left to the table."""
    found = _by_rule(frame)
    chosen = frame.rows([(row, rule) for row, rule in _ordered(frame) if row.count])
    groups = defaultdict(list)
    for row, rule in chosen.shown:
        groups[rule.severity].append(_issue(row, rule, found[rule.id], frame))
    return [
        IssueGroup(heading=f"{severity}, {SEVERITIES[severity]}", issues=groups[severity])
        for severity in Severity
        if severity in groups
    ]


def affected(frame: Frame) -> Sequence[str]:
    """The files that have violations which are not waived, each once."""
    return list(dict.fromkeys(one.path for one in frame.evidence.violations if not one.waiver))


def _ordered(frame: Frame) -> Sequence[tuple[RuleRow, Rule]]:
    counts = {count.id: count for count in frame.evidence.counts}
    progress = {rule.id: rule for rule in frame.assessment.rules}
    first = {id_: frame.at(found[0].path, found[0].line) for id_, found in _by_rule(frame).items()}
    rows = [
        (_row(counts[rule.id], progress[rule.id], first.get(rule.id)), rule)
        for rule in frame.evidence.migration.rules
    ]
    return sorted(rows, key=lambda pair: (pair[1].severity, -pair[0].left, -pair[0].count))


def _row(count: RuleCount, progress: RuleProgress, url: str | None) -> RuleRow:
    return RuleRow(
        id=count.id,
        kind=count.kind,
        severity=str(count.severity),
        count=count.count,
        files=count.files,
        first=progress.first,
        target=progress.target,
        left=progress.left,
        waived=count.waived,
        met=progress.left == 0 and not count.unchecked,
        unchecked=count.unchecked,
        url=url,
    )


def _by_rule(frame: Frame) -> Mapping[str, Sequence[Violation]]:
    found = defaultdict(list)
    for violation in frame.evidence.violations:
        if violation.waiver is None:
            found[violation.rule].append(violation)
    return found


def _issue(row: RuleRow, rule: Rule, found: Sequence[Violation], frame: Frame) -> Issue:
    symbols = _most([one.symbol for one in found if one.symbol != one.path])
    replacements = _most([one.replacement for one in found if one.replacement])
    files = _files(found)
    shown = frame.cut(list(files), frame.room.files)
    paths = len(files)
    return Issue(
        row=row,
        message=rule.message or next((one.message for one in found), ""),
        scope=f"{plural(row.count, 'violation')} in {plural(paths, 'file')}{_lines(found)}",
        symbols=symbols[:_MOST_SYMBOLS],
        symbols_left_out=max(0, len(symbols) - _MOST_SYMBOLS),
        replacements=replacements[:_MOST_SYMBOLS],
        files=[_file(path, files[path], frame) for path in shown.shown],
        files_left_out=shown.left_out,
    )


def _lines(found: Sequence[Violation]) -> str:
    """How long the files are, where the rule is about whole files and counted their lines."""
    lines = sum(one.details.get("lines", 0) for one in found)
    return f", {plural(lines, 'line')}" if lines else ""


def _most(names: Sequence[str]) -> Sequence[str]:
    """Each once, the most frequent first."""
    counted: dict[str, int] = {}
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    return sorted(counted, key=lambda name: -counted[name])


def _files(found: Sequence[Violation]) -> Mapping[str, Sequence[int]]:
    """Path -> lines, the files with most first."""
    lines = defaultdict(list)
    for one in found:
        lines[one.path].append(one.line)
    return dict(sorted(lines.items(), key=lambda item: -len(item[1])))


def _file(path: str, lines: Sequence[int], frame: Frame) -> FilePlaces:
    distinct = list(dict.fromkeys(lines))
    return FilePlaces(
        path=path,
        url=frame.at(path, distinct[0]),
        label="line" if len(distinct) == 1 else "lines",
        lines=[Line(number=n, url=frame.at(path, n)) for n in distinct[:_MOST_LINES]],
        lines_left_out=max(0, len(distinct) - _MOST_LINES),
    )
