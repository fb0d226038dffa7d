"""A configuration's rules, made ready to look at files."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.configuration import Configuration, Rule
from bot.ports.scanning import Entry
from bot.scanner.dotted import Prefixes
from bot.scanner.facts import Depth, Examined, Facts, Problem
from bot.scanner.globs import Globs
from bot.scanner.kind import Checker
from bot.scanner.kinds import kind
from bot.scanner.limits import too_large
from bot.scanner.modules import File, Roots
from bot.scanner.names import well_formed
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
        self._choosy = [(n, rule) for n, rule in enumerate(self._rules) if rule.chooses]
        self._in_packages: dict[str, tuple[int, ...]] = {}
        probes = tuple(dict.fromkeys(probe for rule in self._rules for probe in rule.probes))
        self.query = Query(probes, self._file_size)
        numbers = {probe: number for number, probe in enumerate(probes)}
        self._by_probe: list[list[int]] = [[] for _ in probes]
        for position, rule in enumerate(self._rules):
            for probe in rule.probes:
                self._by_probe[numbers[probe]].append(position)

    def concern(self, path: str) -> bool:
        """Whether there can be anything to say about a path."""
        return self.judge(Entry(path, _REGULAR[0], "")) is not _NOBODYS_BUSINESS

    def judge(self, entry: Entry) -> Judged:
        """What to do about an entry, before anything is read."""
        path = entry.path
        python = self._include.match(path) and not self._exclude.match(path)
        if entry.mode not in _REGULAR:
            return self._special(entry, included=python)
        wanting, depth = self._wanting(path, python=python)
        if not python and not wanting:
            return _NOBODYS_BUSINESS
        subject = Subject(entry, depth, wanting, python)
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
        problem = problem if subject.python else None
        found: list[tuple[int, Finding]] = []
        if examined.hits or subject.wanting:
            path = subject.entry.path
            file = self._roots.file(path) if subject.python else File(path)
            for number in self._concerned(subject, examined):
                check = self._rules[number].checker.check
                found.extend((number, _clean(one)) for one in check(file, facts or _NO_FACTS))
        return FileResult(problem, tuple(found)) if problem or found else None

    def _special(self, entry: Entry, *, included: bool) -> Judged:
        """Links and submodules are no files; they are listed where one might expect files."""
        if entry.mode == _SUBMODULE and not self._exclude.match(entry.path):
            return Judged(True, result=FileResult(Problem("submodule", skipped=True), ()))
        if entry.mode == _LINK and included:
            return Judged(True, result=FileResult(Problem("symbolic link", skipped=True), ()))
        return _NOBODYS_BUSINESS

    def _wanting(self, path: str, *, python: bool) -> tuple[tuple[int, ...], Depth]:
        """The rules that want a file in any case, and how deep."""
        folder = path.rpartition("/")[0] if python else None
        found = self._of_package(folder) if folder is not None else ()
        depth = Depth.SYNTAX if found else Depth.NOTHING
        for number, rule in self._choosy:
            if (python or rule.any_file) and self._applies(rule, path):
                wanted = rule.checker.wants(path)
                if wanted is not None:
                    found, depth = (*found, number), max(depth, wanted)
        return found, depth

    def _of_package(self, folder: str) -> tuple[int, ...]:
        """The rules that want whatever lies in the package that a folder is."""
        known = self._in_packages.get(folder)
        if known is None:
            package = self._roots.package(folder)
            path = ".".join(package) if package is not None else ""
            known = self._in_packages[folder] = tuple(
                number
                for number, rule in enumerate(self._rules)
                if rule.packages.over(path) is not None
            )
        return known

    def _concerned(self, subject: Subject, examined: Examined) -> Sequence[int]:
        """The rules that have to look at a file, in order."""
        hits = examined.hits if subject.python else ()
        hit = {number for probe in hits for number in self._by_probe[probe]}
        path = subject.entry.path
        return [
            number
            for number in sorted({*hit, *subject.wanting})
            if self._applies(self._rules[number], path)
        ]

    def _applies(self, rule: "_Ready", path: str) -> bool:
        """Whether a path is in the file set of a rule, as far as `judge` has not said so."""
        if rule.any_file and (
            self._exclude.match(path) or (self._narrows and not self._include.match(path))
        ):
            return False
        return rule.narrowing is None or rule.narrowing.match(path)


def _clean(finding: Finding) -> Finding:
    """A finding whose texts can be written, though they may come from a path that cannot."""
    symbol, message = well_formed(finding.symbol), well_formed(finding.message)
    if (symbol, message) == (finding.symbol, finding.message):
        return finding
    return replace(finding, symbol=symbol, message=message)


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
        self.packages = Prefixes(self.checker.packages)
        self.chooses = type(self.checker).wants is not Checker.wants
        self.narrowing = _Narrowing(rule) if rule.include or rule.exclude else None
