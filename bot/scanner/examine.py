"""One blob, from bytes to facts: text first, then the lexer, the parser only where it matters."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from bot.scanner.facts import UNKNOWN, Depth, Examined, Facts, Import, Problem, WaiverComment
from bot.scanner.finders import Finders, bits
from bot.scanner.names import full_match
from bot.scanner.probes import FINDING, DefinitionProbe, ImportProbe, Query, StringProbe
from bot.scanner.reading import Reading
from bot.scanner.sieve import Sieve
from bot.scanner.syntax import CALLED_WITH_TARGETS, UnparsableError, extract

# In a longer text whose imports the lexer is sure of, a syntax error elsewhere is not looked for:
# it would not change the answer, and looking would double the time of a cold scan.
ALWAYS_PARSED = 2 * 1024

_CALLED = tuple(name.encode() for name in CALLED_WITH_TARGETS)
_WAIVER = b"canon: allow"
_SPACE = rb"(?:[ \t\f]|\\\r?\n)++"
_DEFINED = {
    True: re.compile(rb"class%b([\w\x80-\xff]++)" % _SPACE),
    False: re.compile(rb"def%b([\w\x80-\xff]++)" % _SPACE),
}


class Examiner:
    """Examines blobs for one query; `few` makes it sooner ready, and slower."""

    def __init__(self, query: Query, *, few: bool = False) -> None:
        self._file_size = query.file_size
        self._finders = Finders(query)
        self._sieve = Sieve(query.probes, [_WAIVER], few=few)
        self._waiver = 1 << len(query.probes)
        self._targets: list[tuple[int, _Target]] = []
        self._strings = 0
        self._definitions: list[tuple[int, bool, Callable[[str], object]]] = []
        for number, probe in enumerate(query.probes):
            match probe:
                case ImportProbe(path=path):
                    self._targets.append((1 << number, _Target(path)))
                case StringProbe():
                    self._strings |= 1 << number
                case DefinitionProbe(pattern=pattern, is_class=is_class):
                    self._definitions.append((1 << number, is_class, full_match(pattern)))
        telling = (n for n, one in enumerate(query.probes) if not isinstance(one, FINDING))
        self._factual = sum(1 << number for number in telling)
        self._imports = sum(bit for bit, _ in self._targets)

    def examine(  # noqa: PLR0913 - all that can be asked of one blob
        self,
        content: bytes,
        wanted: Depth = Depth.NOTHING,
        *,
        known: bool,
        parser: bool = True,
        python: bool = True,
        asked: int = 0,
    ) -> Examined:
        """Examine a blob.

        `wanted` is what the caller needs whatever the text says. If facts of full depth are
        `known`, none are returned. Without `parser` the text counts as one it cannot take. `asked`
        are the finding probes that have to answer, one bit each; what is not `python` is read for
        them alone.
        """
        reading = Reading(content, self._file_size, parser=parser)
        skipped = reading.problem is not None and reading.problem.skipped
        sifted = 0 if skipped else self._sieve.sift(reading.compared)
        if skipped:
            facts = Facts(Depth.SYNTAX, None, problem=reading.problem) if wanted else None
            answer = Examined(problem=reading.problem, facts=facts)
        else:
            readable = sifted if python else sifted & self._waiver
            answer = self._read(reading, readable, wanted, known=known)
        if not python:
            answer = replace(answer, problem=None, foreign=True)
        if not asked:
            return answer
        found, troubles = self._finders.find(reading, asked, -1 if skipped else sifted)
        return replace(answer, asked=bits(asked), found=found, troubles=troubles)

    def _read(self, reading: Reading, sifted: int, wanted: Depth, *, known: bool) -> Examined:
        """What the probes that do not find by themselves have to say."""
        text, problem = reading.text, reading.problem
        waivers = _waivers(text) if reading.parser and sifted & self._waiver else ()
        candidates = sifted & self._factual
        if not candidates and not wanted and not waivers:
            return Examined((), Depth.NOTHING, problem)
        hits, depth = self._hits(candidates, reading)
        depth = max(depth, Depth.LINES) if waivers else depth
        if known or not (depth or wanted):
            return Examined(hits, depth, problem)
        facts = _facts(reading, max(depth, wanted))
        facts = replace(facts, waivers=waivers) if waivers else facts
        return Examined(hits, depth, problem, facts)

    def _hits(self, candidates: int, reading: Reading) -> tuple[tuple[int, ...], Depth]:
        """The probes that hit, and how deep one must look to tell what they found."""
        text = reading.text
        mask = unclear = 0
        for bit, target in self._targets:
            if candidates & bit and target.may_be_imported(reading):
                lexed = reading.lexed
                contexts = {found.context for found in lexed.imports if target.hit(found.dotted)}
                mask |= bit if contexts or not lexed.exact else 0
                unclear |= UNKNOWN in contexts or not lexed.exact
        if candidates & self._strings and any(name in text for name in _CALLED):
            mask |= candidates & self._strings
        for bit, is_class, matches in self._definitions:
            if candidates & bit and any(map(matches, _names(text, is_class=is_class))):
                mask |= bit
        if not mask:
            return (), Depth.NOTHING
        only_imports = not (unclear or mask & ~self._imports)
        shallow = only_imports and len(text) > ALWAYS_PARSED
        hits = tuple(number for number in range(mask.bit_length()) if mask >> number & 1)
        return hits, Depth.IMPORTS if shallow else Depth.SYNTAX


def _facts(reading: Reading, depth: Depth) -> Facts:
    text, problem = reading.text, reading.problem
    lines = text.count(b"\n") + (not text.endswith(b"\n") and bool(text))
    if depth < Depth.SYNTAX:
        imports = tuple(reading.lexed.imports) if depth == Depth.IMPORTS else ()
        return Facts(depth, lines, imports, problem=problem)
    try:
        return Facts(depth, lines, *extract(text, reading.tree))
    except UnparsableError as error:
        problem = problem or Problem(str(error))
    return Facts(depth, lines, tuple(_placed(reading.lexed.imports)), problem=problem)


def _waivers(text: bytes) -> tuple[WaiverComment, ...]:
    from bot.scanner.waivers import waiver_comments  # most scans meet none

    return waiver_comments(text)


def _placed(imports: Iterable[Import]) -> Iterable[Import]:
    """Imports of what cannot be parsed: which block they are in, nobody can tell."""
    for found in imports:
        yield found if found.context != UNKNOWN else replace(found, context="module")


class _Target:
    """The dotted path of an import probe, and what a relative import may write of it."""

    def __init__(self, path: str) -> None:
        parts = path.split(".")
        self.first, self.last = parts[0].encode(), parts[-1].encode()
        self._path = path
        self._below = f"{path}."
        self._tails = tuple(".".join(parts[start:]) for start in range(len(parts)))
        self._below_tails = tuple(f"{tail}." for tail in self._tails)

    def may_be_imported(self, reading: Reading) -> bool:
        """Whether an import of it may be in a text; no is certain."""
        return reading.may_import(self.last) and (
            reading.may_import(self.first) or reading.may_import_relatively
        )

    def hit(self, dotted: str) -> bool:
        """Whether an import, as written, is of this path or of something below it."""
        if dotted.startswith("."):
            written = dotted.lstrip(".")
            return written in self._tails or written.startswith(self._below_tails)
        return dotted == self._path or dotted.startswith(self._below)


def _names(text: bytes, *, is_class: bool) -> set[str]:
    """The names that may be defined in a text; some may stand in strings."""
    found = {name.decode("utf-8", "replace") for name in _DEFINED[is_class].findall(text)}
    return {unicodedata.normalize("NFKC", name) for name in found}
