"""What became of each violation between two scans: multiset arithmetic by fingerprint."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.scan import FileProblem, Scan
from bot.domain.violation import Violation, fingerprint


@dataclass(slots=True)
class Difference:
    """One rule's violations at both ends; the fields mean what they mean in a comparison."""

    base: int = 0
    head: int = 0
    kept: int = 0
    added: list[Violation] = field(default_factory=list)
    removed: list[Violation] = field(default_factory=list)
    waived: list[Violation] = field(default_factory=list)
    unwaived: list[Violation] = field(default_factory=list)
    unchecked: list[Violation] = field(default_factory=list)


def differences(
    base: Scan, head: Scan, renames: Mapping[str, str]
) -> Mapping[tuple[int, str], Difference]:
    """(migration, rule) -> what changed from `base` to `head`.

    `renames` leads from paths at the base to paths at the head. Rules without a violation at
    either end are absent.
    """
    found: defaultdict[tuple[int, str], Difference] = defaultdict(Difference)
    waiting: defaultdict[tuple[int, str, str], deque[int]] = defaultdict(deque)
    for position, (violation, identity) in enumerate(
        zip(base.violations, identities(base, renames), strict=True)
    ):
        found[violation.migration, violation.rule].base += violation.waiver is None
        waiting[violation.migration, violation.rule, identity].append(position)
    for violation in head.violations:
        same = waiting.get((violation.migration, violation.rule, violation.fingerprint))
        earlier = base.violations[same.popleft()] if same else None
        _place(found[violation.migration, violation.rule], violation, earlier)
    unreadable = {problem.path for problem in newly(head.skipped, base.skipped, renames)}
    for position in sorted(left for positions in waiting.values() for left in positions):
        violation = base.violations[position]
        difference = found[violation.migration, violation.rule]
        hidden = renames.get(violation.path, violation.path) in unreadable
        (difference.unchecked if hidden else difference.removed).append(violation)
    return found


def identities(scan: Scan, renames: Mapping[str, str]) -> Iterator[str]:
    """The fingerprint that each violation of `scan` has once its file was renamed."""
    ordinals: Counter[tuple[int, str, str, str]] = Counter()
    for violation in scan.violations:
        path = renames.get(violation.path)
        if path is None:
            yield violation.fingerprint
            continue
        symbol = path if violation.symbol == violation.path else violation.symbol
        key = (violation.migration, violation.rule, path, symbol)
        yield fingerprint(*key, ordinals[key])
        ordinals[key] += 1


def newly(
    head: Sequence[FileProblem], base: Sequence[FileProblem], renames: Mapping[str, str]
) -> tuple[FileProblem, ...]:
    """The problems of files at the head that had none at the base."""
    known = {renames.get(problem.path, problem.path) for problem in base}
    return tuple(problem for problem in head if problem.path not in known)


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
