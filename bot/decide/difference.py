"""What became of each violation between two scans: multiset arithmetic by fingerprint.

How many were added follows from the fingerprints alone. Which ones they are, where a file has the
same symbol more often than before, is told by the lines that did not change.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.domain.hunk import Hunk, moved
from bot.domain.scan import FileProblem, Scan, WaiverProblem
from bot.domain.violation import Violation

_NOTHING: Final = MappingProxyType[str, Sequence[Hunk]]({})
_Numbered = tuple[int, Violation]


class _Likeness(NamedTuple):
    """What violations have in common that only their ordinals tell apart; the path at the head."""

    migration: int
    rule: str
    path: str
    symbol: str


@dataclass(slots=True)
class Difference:
    """One rule's violations at both ends; the fields mean what they mean in a comparison.

    `fault` and `base_fault` say why the rule could not be checked at the head and at the base,
    empty where it was.
    """

    base: int = 0
    head: int = 0
    kept: int = 0
    added: list[Violation] = field(default_factory=list)
    removed: list[Violation] = field(default_factory=list)
    waived: list[Violation] = field(default_factory=list)
    unwaived: list[Violation] = field(default_factory=list)
    unchecked: list[Violation] = field(default_factory=list)
    fault: str = ""
    base_fault: str = ""


def differences(
    base: Scan,
    head: Scan,
    renames: Mapping[str, str],
    hunks: Mapping[str, Sequence[Hunk]] = _NOTHING,
) -> Mapping[tuple[int, str], Difference]:
    """(migration, rule) -> what changed from `base` to `head`.

    `renames` leads from paths at the base to paths at the head, `hunks` from paths at the head to
    the lines that changed there. Rules without a violation at either end are absent,
    unless they could not be checked.
    """
    found: defaultdict[tuple[int, str], Difference] = defaultdict(Difference)
    for rule, fault in _faults(base):
        found[rule].base_fault = fault
    for rule, fault in _faults(head):
        found[rule].fault = fault
    for violation in base.violations:
        found[violation.migration, violation.rule].base += violation.waiver is None
    waiting = _alike(base, renames)
    earlier_of: dict[int, Violation] = {}
    for key, later in _alike(head, {}).items():
        earlier = waiting.get(key)
        if earlier is not None:
            pairs, waiting[key] = _paired(earlier, later, hunks.get(key.path))
            earlier_of.update(pairs)
    for position, violation in enumerate(head.violations):
        same = earlier_of.get(position)
        _place(found[violation.migration, violation.rule], violation, same)
    unreadable = {problem.path for problem in newly(head.skipped, base.skipped, renames)}
    left = [one for several in waiting.values() for one in several]
    for _, violation in sorted(left, key=itemgetter(0)):
        difference = found[violation.migration, violation.rule]
        hidden = renames.get(violation.path, violation.path) in unreadable
        unchecked = hidden or difference.fault
        (difference.unchecked if unchecked else difference.removed).append(violation)
    return found


def _faults(scan: Scan) -> Iterator[tuple[tuple[int, str], str]]:
    for migration in scan.migrations:
        for rule in migration.rules:
            if rule.unchecked:
                yield (migration.issue, rule.id), rule.unchecked


def unclear(base: Scan, head: Scan, renames: Mapping[str, str]) -> Sequence[str]:
    """The paths, at both ends, of files where only the lines tell which violations are new.

    These have the same symbol at both ends, more often at one of them.
    """
    waiting, alike = _alike(base, renames), _alike(head, {})
    paths = {
        violation.path
        for key, later in alike.items()
        if key in waiting and len(waiting[key]) != len(later)
        for _, violation in (*waiting[key], *later)
    }
    return sorted(paths)


def _alike(scan: Scan, renames: Mapping[str, str]) -> dict[_Likeness, list[_Numbered]]:
    """The violations of a scan with their positions in it, by all of identity but the ordinal."""
    found: defaultdict[_Likeness, list[_Numbered]] = defaultdict(list)
    for position, one in enumerate(scan.violations):
        path = renames.get(one.path, one.path)
        symbol = path if one.symbol == one.path else one.symbol
        found[_Likeness(one.migration, one.rule, path, symbol)].append((position, one))
    return found


def _paired(
    earlier: Sequence[_Numbered], later: Sequence[_Numbered], hunks: Sequence[Hunk] | None
) -> tuple[Iterator[tuple[int, Violation]], list[_Numbered]]:
    """Which of `later` (by position) was which of `earlier`, and what is left of these.

    A violation on a line that did not change is the one that stood there. The others are taken in
    their order, so that in the end it is by their ordinals where no line is known.
    """
    if hunks is None or len(earlier) == len(later):
        pairs = zip(later, earlier, strict=False)
        return ((new[0], old[1]) for new, old in pairs), list(earlier[len(later) :])
    places: defaultdict[int, deque[_Numbered]] = defaultdict(deque)
    for new in later:
        places[new[1].line].append(new)
    certain: dict[int, Violation] = {}
    unsettled = []
    for old in earlier:
        there = places[line] if (line := moved(old[1].line, hunks)) is not None else None
        if there:
            certain[there.popleft()[0]] = old[1]
        else:
            unsettled.append(old)
    open_ = [new for new in later if new[0] not in certain]
    taken = {new[0]: old[1] for new, old in zip(open_, unsettled, strict=False)}
    return iter({**certain, **taken}.items()), unsettled[len(open_) :]


def newly(
    head: Sequence[FileProblem], base: Sequence[FileProblem], renames: Mapping[str, str]
) -> tuple[FileProblem, ...]:
    """The problems of files at the head that had none at the base."""
    known = {renames.get(problem.path, problem.path) for problem in base}
    return tuple(problem for problem in head if problem.path not in known)


def newly_idle(
    head: Sequence[WaiverProblem], base: Sequence[WaiverProblem], renames: Mapping[str, str]
) -> tuple[WaiverProblem, ...]:
    """The waivers of the head that do nothing, without those that did nothing at the base."""
    known = Counter((renames.get(one.path, one.path), one.reason) for one in base)
    found = []
    for one in head:
        if known[one.path, one.reason]:
            known[one.path, one.reason] -= 1
        else:
            found.append(one)
    return tuple(found)


def _place(difference: Difference, violation: Violation, earlier: Violation | None) -> None:
    difference.head += violation.waiver is None
    if earlier is None:
        difference.added.append(violation)
    else:
        difference.kept += 1
    if violation.waiver is not None and (earlier is None or earlier.waiver is None):
        difference.waived.append(violation)
    elif violation.waiver is None and earlier is not None and earlier.waiver is not None:
        difference.unwaived.append(violation)
