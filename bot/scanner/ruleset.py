"""A configuration's rules, made ready to look at files."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.configuration import Configuration, Rule
from bot.ports.scanning import Entry
from bot.scanner.dotted import Prefixes
from bot.scanner.facts import Depth, Examined, Facts, Problem
from bot.scanner.globs import Globs
from bot.scanner.kind import Checker, Finder, Inquiry, Survey
from bot.scanner.kinds import kind
from bot.scanner.limits import too_large
from bot.scanner.matches import Match
from bot.scanner.modules import File, Roots
from bot.scanner.names import well_formed
from bot.scanner.probes import FINDING, Probe, Query
from bot.scanner.snapshot import Conclusion, FileResult, Finding
from bot.scanner.unread import unread

if TYPE_CHECKING:
    from bot.scanner.ground import Ground

_EVERYTHING = Configuration(digest="", migrations=()).include
_LINK = "120000"
_SUBMODULE = "160000"
_REGULAR = ("100644", "100755")
_NO_FACTS = Facts(Depth.NOTHING, None)
_encode = msgspec.msgpack.Encoder().encode


class Subject(NamedTuple):
    """A file that some rule may have something to say about.

    `depth` is how much must be known of it whatever its text says; `wanting` are the rules that
    want it in any case. `asked` are the finding probes that it is asked, one bit each, and
    `largest` the bytes up to which it is read.
    """

    entry: Entry
    depth: Depth
    wanting: tuple[int, ...]
    python: bool
    asked: int
    largest: int


class Judged(NamedTuple):
    """What becomes of one entry of a tree: it is examined, or there is a result at once, or none.

    `considered` says whether it is one of the files that the configuration includes, or that the
    probes of a rule about any file are asked about.
    """

    considered: bool
    subject: Subject | None = None
    result: FileResult | None = None


_NOBODYS_BUSINESS = Judged(considered=False)


class Ruleset:
    """The rules of a configuration, numbered in its order."""

    def __init__(self, configuration: Configuration) -> None:
        self._file_size = configuration.limits.file_size
        self.roots = Roots(configuration.roots)
        self._include = Globs(configuration.include)
        self._exclude = Globs(configuration.exclude)
        # Kinds that look at any file are narrowed by an `include` that somebody wrote; the default
        # is only there to tell Python files from others.
        self._narrows = configuration.include != _EVERYTHING
        written = [rule for migration in configuration.migrations for rule in migration.rules]
        self._rules = [_Ready(rule) for rule in written]
        self._packaged = [(n, rule) for n, rule in enumerate(self._rules) if rule.has_packages]
        self._choosy = [(n, rule) for n, rule in enumerate(self._rules) if rule.chooses]
        self._in_packages: dict[str, tuple[int, ...]] = {}
        probes = tuple(
            dict.fromkeys(
                probe for rule in self._rules for probe in (*rule.probes, *rule.checker.later)
            )
        )
        self.query = Query(probes, self._file_size)
        numbers = {probe: number for number, probe in enumerate(probes)}
        self._by_probe: list[list[int]] = [[] for _ in probes]
        for position, rule in enumerate(self._rules):
            for probe in rule.probes:
                self._by_probe[numbers[probe]].append(position)
            finding = (one for one in rule.probes if isinstance(one, FINDING))
            rule.bits = {one: 1 << numbers[one] for one in finding}
            rule.asks = reduce(or_, rule.bits.values(), 0)
        plain = (rule.asks for rule in self._rules if not rule.picks)
        self._always_asked = reduce(or_, plain, 0)
        self._asking = [rule for rule in self._rules if rule.asks and rule.picks]

    @property
    def largest(self) -> int:
        """The most bytes of a file that any rule reads."""
        return max(self._file_size, *(rule.checker.largest for rule in self._asking), 0)

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
        asked, largest = self._asked(path, python=python)
        if not python and not wanting and not asked:
            return _NOBODYS_BUSINESS
        considered = python or asked != 0
        subject = Subject(entry, depth, wanting, python, asked, largest)
        if entry.size is None or entry.size <= largest:
            return Judged(considered, subject)
        too_big = unread(Problem(too_large(largest), skipped=True), Depth.NOTHING)
        return Judged(considered, result=self.result(subject, too_big, _NO_FACTS))

    def result(
        self, subject: Subject, examined: Examined, facts: Facts | None
    ) -> FileResult | None:
        """What the rules say of a file; None for nothing at all."""
        problem = _problem(subject, examined, facts)
        found: list[tuple[int, Finding]] = []
        notes: list[tuple[int, bytes]] = []
        if examined.hits or examined.found or subject.wanting:
            path = subject.entry.path
            file = self.roots.file(path) if subject.python else File(path)
            for number, matches in self._concerned(subject, examined):
                checker = self._rules[number].checker
                if isinstance(checker, Survey):
                    note = checker.take(file, facts or _NO_FACTS, matches)
                    if note is not None:
                        notes.append((number, _encode(note)))
                elif isinstance(checker, Finder):
                    found.extend((number, _clean(one)) for one in checker.report(file, matches))
                else:
                    check = checker.check
                    found.extend((number, _clean(one)) for one in check(file, facts or _NO_FACTS))
        if not (problem or found or notes):
            return None
        return FileResult(problem, tuple(found), notes=tuple(notes))

    def conclusions(
        self, results: Mapping[str, FileResult], ground: Callable[[], "Ground"]
    ) -> dict[str, tuple[Conclusion, ...]]:
        """What the rules about the whole repository say of it, from the notes on its files."""
        notes: dict[int, dict[str, Any]] = {
            number: {}
            for number, rule in enumerate(self._rules)
            if isinstance(rule.checker, Survey)
        }
        for path, result in results.items() if notes else ():
            for number, note in result.notes:
                notes[number][path] = note
        found: defaultdict[str, list[Conclusion]] = defaultdict(list)
        for number, by_path in notes.items():
            checker = self._rules[number].checker
            assert isinstance(checker, Survey)
            decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(checker.note)
            decoded = {path: decoder.decode(note) for path, note in sorted(by_path.items())}
            concluded = (
                checker.inquire(decoded, ground())
                if isinstance(checker, Inquiry)
                else checker.conclude(decoded)
            )
            for path, one in concluded:
                if isinstance(one, Problem):
                    found[path].append(Conclusion(number, problem=one))
                elif not path or self._is_judged(self._rules[number], path):
                    found[path].append(Conclusion(number, _clean(one)))
        return {path: tuple(several) for path, several in found.items()}

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
            package = self.roots.package(folder)
            path = ".".join(package) if package is not None else ""
            known = self._in_packages[folder] = tuple(
                number for number, rule in self._packaged if rule.packages.over(path) is not None
            )
        return known

    def _asked(self, path: str, *, python: bool) -> tuple[int, int]:
        """The finding probes that a file is asked, and the most bytes that it may have."""
        asked = self._always_asked if python else 0
        largest = self._file_size
        for rule in self._asking:
            if (python or rule.any_file) and self._asks(rule, path):
                asked |= rule.asked_of(path)
                largest = max(largest, rule.checker.largest)
        return asked, largest

    def _asks(self, rule: "_Ready", path: str) -> bool:
        return rule.checker.covers(path) and self._applies(rule, path)

    def _concerned(
        self, subject: Subject, examined: Examined
    ) -> Iterator[tuple[int, Sequence[Match]]]:
        """The rules that have to look at a file, in order, with what their probes found."""
        path = subject.entry.path
        found: defaultdict[int, list[Match]] = defaultdict(list)
        for one in examined.found:
            for number in self._by_probe[one.probe] if subject.asked >> one.probe & 1 else ():
                found[number].append(one.match)
        hits = examined.hits if subject.python else ()
        hit = {number for probe in hits for number in self._by_probe[probe]}
        for number in sorted({*hit, *found, *subject.wanting}):
            rule = self._rules[number]
            applies = self._asks if number in found else self._applies
            if (subject.python or rule.any_file) and applies(rule, path):
                yield number, found[number]

    def _is_judged(self, rule: "_Ready", path: str) -> bool:
        """Whether a rule may find something in a file, which it may know without being asked."""
        if not rule.any_file and (self._exclude.match(path) or not self._include.match(path)):
            return False
        return self._applies(rule, path)

    def _applies(self, rule: "_Ready", path: str) -> bool:
        """Whether a path is in the file set of a rule, as far as `judge` has not said so."""
        if rule.any_file and (
            self._exclude.match(path) or (self._narrows and not self._include.match(path))
        ):
            return False
        return rule.narrowing is None or rule.narrowing.match(path)


def _problem(subject: Subject, examined: Examined, facts: Facts | None) -> Problem | None:
    """What is to be told of a file, besides what was found in it."""
    if subject.python:
        if examined.problem is not None:
            return examined.problem
        if facts and facts.problem and max(examined.depth, subject.depth) == Depth.SYNTAX:
            return facts.problem
    if not subject.asked:
        return None
    troubles = (one.problem for one in examined.troubles if subject.asked >> one.probe & 1)
    return examined.missed or next(troubles, None)


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
        self.has_packages = bool(self.checker.packages)
        self.chooses = type(self.checker).wants is not Checker.wants
        self.narrowing = _Narrowing(rule) if rule.include or rule.exclude else None
        # Whether the path decides if the finding probes, whose bits `asks` has, are asked.
        covers = type(self.checker).covers is not Checker.covers
        self._differs = type(self.checker).questions is not Checker.questions
        self.picks = self.any_file or self.narrowing is not None or covers or self._differs
        self.bits: Mapping[Probe, int] = {}
        self.asks = 0

    def asked_of(self, path: str) -> int:
        """The bits of the finding probes that a file is asked."""
        if not self._differs:
            return self.asks
        return reduce(or_, (self.bits[one] for one in self.checker.questions(path)), 0)
