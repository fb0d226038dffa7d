"""One blob, from bytes to facts: text first, then the lexer, the parser only where it matters."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from msgspec.structs import replace

from bot.scanner.facts import UNKNOWN, Depth, Examined, Facts, Import, Problem, WaiverComment
from bot.scanner.lexer import Lexed, lex
from bot.scanner.names import full_match
from bot.scanner.probes import DefinitionProbe, ImportProbe, Query, StringProbe
from bot.scanner.sieve import Sieve
from bot.scanner.source import Source, read
from bot.scanner.syntax import CALLED_WITH_TARGETS, UnparsableError, parse

# In a longer text whose imports the lexer is sure of, a syntax error elsewhere is not looked for:
# it would not change the answer, and looking would double the time of a cold scan.
ALWAYS_PARSED = 2 * 1024

_CALLED = tuple(name.encode() for name in CALLED_WITH_TARGETS)
_WAIVER = b"canon: allow"
_ASCII = bytes(range(128))
_SPACE = rb"(?:[ \t\f]|\\\r?\n)++"
_DEFINED = {
    True: re.compile(rb"class%b([\w\x80-\xff]++)" % _SPACE),
    False: re.compile(rb"def%b([\w\x80-\xff]++)" % _SPACE),
}


class Examiner:
    """Examines blobs for one query."""

    def __init__(self, query: Query) -> None:
        self._sieve = Sieve(query.probes, [_WAIVER])
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
        self._imports = sum(bit for bit, _ in self._targets)

    def examine(
        self, content: bytes, wanted: Depth = Depth.NOTHING, *, known: bool, parser: bool = True
    ) -> Examined:
        """Examine a blob.

        `wanted` is what the caller needs whatever the text says. If facts of full depth are
        `known`, none are returned. Without `parser` the text counts as one it cannot take.
        """
        source = read(content)
        text, problem = source
        if problem is not None and problem.skipped:
            return unread(problem, wanted)
        found = self._sieve.sift(_with_compared_form(text))
        waivers = _waivers(text) if parser and found & self._waiver else ()
        candidates = found & ~self._waiver
        if not candidates and not wanted and not waivers:
            return Examined((), Depth.NOTHING, problem)
        lexed = lex(text)
        hits, depth = self._hits(candidates, text, lexed)
        depth = max(depth, Depth.LINES) if waivers else depth
        if known or not (depth or wanted):
            return Examined(hits, depth, problem)
        if problem is None and not parser:
            source = Source(text, Problem("the parser did not survive this file"))
        facts = _facts(source, lexed, max(depth, wanted))
        facts = replace(facts, waivers=waivers) if waivers else facts
        return Examined(hits, depth, problem, facts)

    def _hits(self, candidates: int, text: bytes, lexed: Lexed) -> tuple[tuple[int, ...], Depth]:
        """The probes that hit, and how deep one must look to tell what they found."""
        mask = unclear = 0
        for bit, target in self._targets:
            if candidates & bit:
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


def unread(problem: Problem, wanted: Depth) -> Examined:
    """The examination of a blob that was not read."""
    facts = Facts(Depth.SYNTAX, None, problem=problem) if wanted else None
    return Examined(problem=problem, facts=facts)


def _facts(source: Source, lexed: Lexed, depth: Depth) -> Facts:
    text, problem = source
    lines = text.count(b"\n") + (not text.endswith(b"\n") and bool(text))
    if depth < Depth.SYNTAX:
        imports = tuple(lexed.imports) if depth == Depth.IMPORTS else ()
        return Facts(depth, lines, imports, problem=problem)
    if problem is None:
        try:
            return Facts(depth, lines, *parse(text))
        except UnparsableError as error:
            problem = Problem(str(error))
    return Facts(depth, lines, tuple(_placed(lexed.imports)), problem=problem)


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
        self._path = path
        self._below = f"{path}."
        self._tails = tuple(".".join(parts[start:]) for start in range(len(parts)))
        self._below_tails = tuple(f"{tail}." for tail in self._tails)

    def hit(self, dotted: str) -> bool:
        """Whether an import, as written, is of this path or of something below it."""
        if dotted.startswith("."):
            written = dotted.lstrip(".")
            return written in self._tails or written.startswith(self._below_tails)
        return dotted == self._path or dotted.startswith(self._below)


def _with_compared_form(text: bytes) -> bytes:
    """The text, followed by its NFKC form where that has other names: identifiers compare so."""
    if text.isascii():
        return text
    beyond = set(text.translate(None, _ASCII).decode("utf-8", "ignore"))
    if not any(map(_changes_names, beyond)):
        return text
    compared = unicodedata.normalize("NFKC", text.decode("utf-8", "replace"))
    return text + b"\n" + compared.encode("utf-8")


@cache
def _changes_names(character: str) -> bool:
    """Whether a name with this character may have another in its NFKC form."""
    if not f"a{character}".isidentifier():
        return False
    joins = unicodedata.category(character) in {"Mn", "Mc"} or "\u1100" <= character <= "\u11ff"
    return joins or not unicodedata.is_normalized("NFKC", character)


def _names(text: bytes, *, is_class: bool) -> set[str]:
    """The names that may be defined in a text; some may stand in strings."""
    found = {name.decode("utf-8", "replace") for name in _DEFINED[is_class].findall(text)}
    return {unicodedata.normalize("NFKC", name) for name in found}
