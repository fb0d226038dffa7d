"""Answers probes about modules."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from bot.scanner.facts import Problem
from bot.scanner.lexer import lex_whole
from bot.scanner.matches import Encoded
from bot.scanner.names import full_match
from bot.scanner.probes import ModuleProbe, OutlineProbe, WordsProbe, words
from bot.scanner.reading import Reading
from bot.scanner.symbols.candidates import candidates
from bot.scanner.symbols.concern import concerned
from bot.scanner.symbols.extract import symbols
from bot.scanner.symbols.facts import Binding, Class, Symbols
from bot.scanner.symbols.outline import outline

_WORD: Final = re.compile(rb"[\w\x80-\xff][\w./\x80-\xff-]*+")
_DEFINITION: Final = re.compile(rb"\n(?:async[ \t]+def|def|class)[ \t]+[^_\s\\]")
_LOOKED_AT: Final = 20  # definitions
_encode: Final = msgspec.msgpack.Encoder().encode

Answer = tuple[Iterable[Encoded], Problem | None]


def about(probe: ModuleProbe) -> Callable[[Reading], Answer]:
    """What a probe says of a module; nothing of what Python cannot read at all."""
    if isinstance(probe, WordsProbe):
        return lambda reading: ((Encoded(_encode(_words(reading))),), None)
    if isinstance(probe, OutlineProbe):
        return _outlines([part.encode() for part in probe.parts])
    if probe.facade:
        return lambda reading: ((), None) if _defines(reading) else _answer(reading, symbols)
    if not probe.pattern:
        return lambda reading: _answer(reading, symbols)
    matches = full_match(probe.pattern)
    may_match = candidates(probe.pattern, words(probe))

    def matching(reading: Reading) -> Answer:
        if not may_match(reading):
            return (), None
        found = symbols(reading)
        if not found.problem and not any(map(matches, _named(found))):
            return (), None
        return (Encoded(_encode(found)),), None

    return matching


def _answer(reading: Reading, ask: Callable[[Reading], object]) -> Answer:
    if reading.problem is not None and reading.problem.skipped:
        return (), None
    return (Encoded(_encode(ask(reading))),), None


def _outlines(parts: Sequence[bytes]) -> Callable[[Reading], Answer]:
    def ask(reading: Reading) -> Answer:
        return _answer(reading, outline) if not parts or concerned(reading, parts) else ((), None)

    return ask


def _defines(reading: Reading) -> bool:
    """Whether a module has a public function or class of its own."""
    text = b"\n" + reading.text
    if b"__all__" in text or b"\ndel" in text:
        return False
    first = _DEFINITION.search(text)
    if first is None:
        return False
    whole = lex_whole(reading.text)
    starts = (found.start() for found in _DEFINITION.finditer(text))
    in_string = [any(a < at < b for a, b in whole.strings) for at in islice(starts, _LOOKED_AT)]
    return whole.exact and not all(in_string)


def _words(reading: Reading) -> list[str]:
    text = reading.plain or b""
    return sorted({word.decode("utf-8", "replace") for word in _WORD.findall(text)})


def _named(found: Symbols) -> Iterator[str]:
    """The names of all classes, and of what is at the top besides."""
    pending = [*found.bindings, *found.inner]
    while pending:
        one: Binding = pending.pop()
        yield one.name.rpartition(".")[2]
        if isinstance(one.what, Class):
            pending += (inner for inner in one.what.members if isinstance(inner.what, Class))
