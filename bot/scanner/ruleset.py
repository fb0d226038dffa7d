"""A configuration's rules, made ready to look at files."""

import hashlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bot.domain.configuration import Configuration, Rule
from bot.ports.scanning import Entry
from bot.scanner.facts import EXTRACTOR, Depth, Examined, Facts, Problem
from bot.scanner.globs import Globs
from bot.scanner.kind import Checker
from bot.scanner.kinds import kind
from bot.scanner.limits import too_large
from bot.scanner.modules import File, Roots
from bot.scanner.probes import Query
from bot.scanner.snapshot import FileResult, Finding

_EVERYTHING = Configuration(digest="", migrations=()).include
_LINK = "120000"
_SUBMODULE = "160000"
_REGULAR = ("100644", "100755")
_NO_FACTS = Facts(Depth.NOTHING, None)


class Subject(NamedTuple):
    """A file that some rule may have something to say about.

    `depth` is how much must be known of it whatever its text says; `wanting` are the rules that
    want it in any case.
    """

    entry: Entry
    file: File
    depth: Depth
    wanting: tuple[int, ...]
    python: bool


class Judged(NamedTuple):
    """What becomes of one entry of a tree: it is examined, or there is a result at once, or none.

    `considered` says whether it is one of the files that the configuration includes.
    """

    considered: bool
    subject: Subject | None = None
    result: FileResult | None = None


_NOBODYS_BUSINESS = Judged(considered=False)


def digest(configuration: Configuration, edition: str) -> str:
    """Identity of what the rules find: with the same digest, the same tree has the same findings.

    Severities, messages, targets and phases are no part of it. `edition` names the scanner itself.
    """
    rules = [
        (rule.kind, rule.parameters, rule.include, rule.exclude)
        for migration in configuration.migrations
        for rule in migration.rules
    ]
    files = (configuration.roots, configuration.include, configuration.exclude)
    size = configuration.limits.file_size
    version = (edition, EXTRACTOR, sys.version_info[:2])
    return hashlib.sha256(
        msgspec.msgpack.encode((version, files, size, rules), order="deterministic")
    ).hexdigest()[:32]


class Ruleset:
    """The rules of a configuration, numbered in its order."""

    def __init__(self, configuration: Configuration) -> None:
        self._file_size = configuration.limits.file_size
        self._roots = Roots(configuration.roots)
        self._include = Globs(configuration.include)
        self._exclude = Globs(configuration.exclude)
        # Kinds that look at any file are narrowed by an `include` that somebody wrote; the default
        # is only there to tell Python files from others.
        self._narrows = configuration.include != _EVERYTHING
        written = [rule for migration in configuration.migrations for rule in migration.rules]
        self._rules = [_Ready(rule) for rule in written]
        probes = tuple(dict.fromkeys(probe for rule in self._rules for probe in rule.probes))
        self.query = Query(probes, self._file_size)
        numbers = {probe: number for number, probe in enumerate(probes)}
        self._by_probe: list[list[int]] = [[] for _ in probes]
        for position, rule in enumerate(self._rules):
            for probe in rule.probes:
                self._by_probe[numbers[probe]].append(position)

    def concern(self, path: str) -> bool:
        """Whether there can be anything to say about a path."""
        judged = self.judge(Entry(path, _REGULAR[0], ""))
        return judged is not _NOBODYS_BUSINESS

    def judge(self, entry: Entry) -> Judged:
        """What to do about an entry, before anything is read."""
        path = entry.path
        python = self._include.match(path) and not self._exclude.match(path)
        if entry.mode not in _REGULAR:
            return self._special(entry, included=python)
        file = self._roots.file(path) if python else File(path)
        wanting = self._wanting(file, python=python)
        if not python and not wanting:
            return _NOBODYS_BUSINESS
        depth = max((depth for _, depth in wanting), default=Depth.NOTHING)
        subject = Subject(entry, file, depth, tuple(number for number, _ in wanting), python)
        if entry.size is None or entry.size <= self._file_size:
            return Judged(python, subject)
        too_big = Examined(problem=Problem(too_large(self._file_size), skipped=True))
        return Judged(python, result=self.result(subject, too_big, _NO_FACTS))

    def result(
        self, subject: Subject, examined: Examined, facts: Facts | None
    ) -> FileResult | None:
        """What the rules say of a file; None for nothing at all."""
        problem = examined.problem
        if problem is None and facts and max(examined.depth, subject.depth) == Depth.SYNTAX:
            problem = facts.problem
        found: list[tuple[int, Finding]] = []
        for number in self._concerned(subject, examined):
            checker = self._rules[number].checker
            found.extend((number, one) for one in checker.check(subject.file, facts or _NO_FACTS))
        problem = problem if subject.python else None
        return FileResult(problem, tuple(found)) if problem or found else None

    def _special(self, entry: Entry, *, included: bool) -> Judged:
        """Links and submodules are no files; they are listed where one might expect files."""
        if entry.mode == _SUBMODULE and not self._exclude.match(entry.path):
            return Judged(True, result=FileResult(Problem("submodule", skipped=True), ()))
        if entry.mode == _LINK and included:
            return Judged(True, result=FileResult(Problem("symbolic link", skipped=True), ()))
        return _NOBODYS_BUSINESS

    def _wanting(self, file: File, *, python: bool) -> Sequence[tuple[int, Depth]]:
        found = []
        for number, rule in enumerate(self._rules):
            if rule.wants and (python or rule.any_file) and self._applies(rule, file.path):
                depth = rule.checker.wants(file)
                if depth is not None:
                    found.append((number, depth))
        return found

    def _concerned(self, subject: Subject, examined: Examined) -> Sequence[int]:
        """The rules that have to look at a file, in order."""
        if not subject.python or not examined.hits:
            return subject.wanting
        hit = {number for probe in examined.hits for number in self._by_probe[probe]}
        applying = (n for n in hit if self._applies(self._rules[n], subject.file.path))
        return sorted({*applying, *subject.wanting})

    def _applies(self, rule: "_Ready", path: str) -> bool:
        """Whether a path is in the file set of a rule, as far as `judge` has not said so."""
        if rule.any_file and (
            self._exclude.match(path) or (self._narrows and not self._include.match(path))
        ):
            return False
        return rule.narrowing is None or rule.narrowing.match(path)


class _Narrowing:
    """The `include` and `exclude` of one rule."""

    def __init__(self, rule: Rule) -> None:
        self._include = Globs(rule.include or ("**",))
        self._exclude = Globs(rule.exclude)

    def match(self, path: str) -> bool:
        return self._include.match(path) and not self._exclude.match(path)


class _Ready:
    def __init__(self, rule: Rule) -> None:
        found = kind(rule.kind)
        self.checker: Checker = found.prepare(rule.parameters)
        self.probes = self.checker.probes
        self.any_file = found.files == "any"
        self.wants = type(self.checker).wants is not Checker.wants
        self.narrowing = _Narrowing(rule) if rule.include or rule.exclude else None
