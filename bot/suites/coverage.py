"""The share of lines covered, for each `coverage:` entry of a migration."""

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.domain.measurement import Link, Unmeasured
from bot.domain.observation import LinesCovered
from bot.domain.probe import CoverageGoal
from bot.ports.sandbox import RefusedFile
from bot.scanner.globs import Globs
from bot.suites.coverage_formats import CoverageReport, CoverageUnreadableError, read_coverage

_NAMED: Final = 3
"""So many absent files are named in a caveat."""


def measure_coverage(
    goals: Sequence[CoverageGoal],
    contents: Mapping[str, bytes | RefusedFile],
    *,
    tree: Collection[str],
    commit: str,
    link: Link | None = None,
) -> Mapping[str, LinesCovered | Unmeasured]:
    """What each goal comes to, by its name.

    `contents` are the coverage files, by the path in `CoverageGoal.file`; one that was not written
    is left out. `tree` are the paths of all files at `commit`, by which the names in a report are
    understood, whatever folder the tests ran in. A goal one of whose globs matches no file of the
    report is unmeasured: a share of the others would pass for all of it.
    """
    read: dict[str, _Located | Unmeasured] = {}
    for path in {goal.file for goal in goals}:
        read[path] = _read(path, contents.get(path), frozenset(tree))
    return {goal.name: _measured(goal, read[goal.file], commit, link) for goal in goals}


class _Located:
    """A report whose files are known as paths of the repository."""

    def __init__(self, report: CoverageReport, tree: frozenset[str]) -> None:
        self.tree = tree
        self.unclear: dict[str, Sequence[str]] = {}
        self._lines: dict[str, list[Sequence[int]]] = {}
        full = {name: _absolute(name, report.sources) for name in report.files}
        root = _root(full.values(), tree)
        for name, candidates in full.items():
            paths = sorted({below for one in candidates if (below := _below(root, one)) in tree})
            if len(paths) > 1:
                self.unclear[name] = paths
            for path in paths:
                self._lines.setdefault(path, []).append(report.files[name])

    @property
    def paths(self) -> Collection[str]:
        return self._lines.keys()

    def count(self, paths: Iterable[str]) -> tuple[int, int]:
        """How many lines ran, of how many."""
        covered = total = 0
        for path in paths:
            lines = {line >> 1 for part in self._lines[path] for line in part}
            ran = {line >> 1 for part in self._lines[path] for line in part if line & 1}
            total += len(lines)
            covered += len(ran)
        return covered, total


def _read(
    path: str, content: bytes | RefusedFile | None, tree: frozenset[str]
) -> _Located | Unmeasured:
    if content is None:
        return Unmeasured(f"{path} was not written")
    if isinstance(content, RefusedFile):
        return Unmeasured(f"it was refused: {content.reason}")
    try:
        report = read_coverage(content)
    except CoverageUnreadableError as error:
        return Unmeasured(f"{path} cannot be read: {error}")
    located = _Located(report, tree)
    if not located.paths:
        return Unmeasured(f"{path} names no file of the repository")
    return located


def _measured(
    goal: CoverageGoal, report: _Located | Unmeasured, commit: str, link: Link | None
) -> LinesCovered | Unmeasured:
    if isinstance(report, Unmeasured):
        return report
    for pattern in goal.paths:
        if not pattern.startswith("!") and not any(map(Globs([pattern]).match, report.paths)):
            return Unmeasured(f"{pattern} matches no file that {goal.file} reports on")
    meant = Globs(goal.paths or ("**",))
    for name, paths in report.unclear.items():
        if any(map(meant.match, paths)):
            return Unmeasured(f"{name} in {goal.file} may be {' or '.join(paths)}")
    covered, lines = report.count(filter(meant.match, report.paths))
    return LinesCovered(
        covered=covered,
        lines=lines,
        commit=commit,
        link=link,
        caveats=tuple(_caveats(meant, report)),
    )


def _caveats(meant: Globs, report: _Located) -> Iterator[str]:
    """Files that nobody imported are often missing from a report, and make it look better."""
    suffixes = {posixpath.splitext(path)[1] for path in report.paths}
    absent = sorted(
        path
        for path in report.tree - set(report.paths)
        if posixpath.splitext(path)[1] in suffixes and meant.match(path)
    )
    if absent:
        more = f" and {len(absent) - _NAMED:,} more" if len(absent) > _NAMED else ""
        yield f"says nothing of {', '.join(absent[:_NAMED])}{more}"


def _absolute(name: str, sources: Sequence[str]) -> Sequence[str]:
    """The paths that a file may have had where the report was written."""
    name = name.replace("\\", "/")
    return [posixpath.normpath(posixpath.join(source, name)) for source in sources or ("",)]


def _root(candidates: Iterable[Sequence[str]], tree: frozenset[str]) -> str:
    """The folder that was the repository, as most of the files have it."""
    votes = Counter(
        root for paths in candidates for path in paths if (root := _outside(path, tree)) is not None
    )
    return max(votes, key=lambda root: (votes[root], -len(root), root), default="")


def _outside(path: str, tree: frozenset[str]) -> str | None:
    """What is left of a path without the longest end of it that is a file of the repository."""
    at = 0
    while path[at:] not in tree:
        at = path.find("/", at) + 1
        if at == 0:
            return None
    return path[:at]


def _below(root: str, path: str) -> str | None:
    return path[len(root) :] if path.startswith(root) else None
