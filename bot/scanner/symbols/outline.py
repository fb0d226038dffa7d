"""The outline of a module, read from its lines: only what is certain, and without a parser.

A line that begins with a keyword begins a statement; one that begins with a name and `=` does,
where what stands before it can end a statement. Lines in triple-quoted strings and after a
backslash are left out.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.scanner.facts import Import
from bot.scanner.lexer import lex_whole
from bot.scanner.reading import Reading
from bot.scanner.symbols.facts import Ask, Outline

ITSELF: Final = ""  # among the names that are asked of a module: the module

_MANY: Final = 20

_WORD: Final = rb"[\w\x80-\xff]"
_STATEMENT: Final = (
    rb"(?:(?:async[ \t]++)?(?:def|class)[ \t]++(?P<defined>%(word)s++)"
    rb"|from[ \t]++[.\w]++[ \t]++import[ \t]*+"
    rb"(?P<names>\((?:[^()#]++|#[^\n]*+)*+\)|[^\n#;(\\]++(?!\\))"
    rb"|import[ \t]++(?P<modules>[^\n#;(\\]++)"
    rb"|del\b(?P<deleted>(?:\s*+\([^)]{0,1000}+\))?+(?:[^\n\\]++|\\\r?\n|\\)*+)"
    rb"|(?P<header>(?:if|elif|else|try|except|finally|for|while|with)\b)"
    rb"|(?P<targets>%(word)s++(?:[ \t]*+,[ \t]*+%(word)s++)*+)[ \t]*+"
    rb"""(?::[^=<>!"'(\n]++)?=(?!=))"""
) % {b"word": _WORD}
_TOP: Final = re.compile(rb"\n(?=%b)%b" % (_WORD, _STATEMENT))
_INNER: Final = re.compile(rb"\n(?P<indentation>[ \t]++)(?=%b)%b" % (_WORD, _STATEMENT))
_CODE: Final = re.compile(rb"\n[^\s#]")
_INDENTED: Final = re.compile(rb"\n([ \t]++)[^\s#]")
_COMMENT: Final = re.compile(rb"#[^\n]*+")
_DELETION: Final = re.compile(rb"\bdel\b([^\n]*+)")
_WORDS: Final = re.compile(rb"%b++" % _WORD)
_OBJECTS: Final = {b"self", b"cls", b"obj"}
_SETATTR: Final = b"setattr("
_SETS: Final = re.compile(
    rb"""(?<![\w.])setattr\(\s*([A-Za-z_][\w.]*+)\s*,\s*(?:["'](\w+)["']\s*,)?"""
)
_SET: Final = re.compile(rb"\n([A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)++)[ \t]*=(?!=)")
_ENDS_STATEMENT: Final = re.compile(rb"""[\w"')\]}:.\x80-\xff]""")


def outline(reading: Reading) -> Outline:
    """The outline of a module; of one that no parser takes, its imports."""
    whole = lex_whole(reading.text)
    if reading.problem is None and whole.exact:
        lines = _Lines(reading.text, whole.strings)
        lines.read()
        names = _names(lines.bound, lines.deleted)
        return Outline(names, _asks(whole.lexed.imports), tuple(gives(reading.text)))
    from bot.scanner.symbols.extract import symbols

    found = symbols(reading)
    imports = whole.lexed.imports if found.problem else found.asks
    return Outline(asks=_asks(imports), gives=tuple(gives(reading.text)), unread=True)


def gives(text: bytes) -> dict[str, None]:
    """The attributes that are set on something by name, as far as that may be a module."""
    found = dict.fromkeys(given.decode() for given in _SET.findall(text))
    at = text.find(_SETATTR)
    while at >= 0:
        call = _SETS.match(text, at)
        if call is not None and call[1] not in _OBJECTS:
            name = call[2].decode() if call[2] is not None else "*"
            found[f"{call[1].decode()}.{name}"] = None
        at = text.find(_SETATTR, at + 1)
    return found


def _asks(imports: Iterable[Import | Ask]) -> dict[str, tuple[str, ...]]:
    asked: dict[str, dict[str, None]] = {}
    for one in imports:
        asked.setdefault(one.module, {})[one.name or ITSELF] = None
    return {module: tuple(names) for module, names in asked.items()}


class _Lines:
    """Goes from one statement at the top of a module to the next."""

    def __init__(self, text: bytes, strings: Sequence[tuple[int, int]]) -> None:
        self._text = b"\n" + text  # every line begins after a line break
        self._starts = [start for start, _ in strings]
        self._ends = [end for _, end in strings]
        self.bound: list[bytes] = []
        self.deleted: set[bytes] = set()

    def read(self) -> None:
        read = 0
        for found in _TOP.finditer(self._text):
            line = found.start()
            if line < read or not self._begins(line):
                continue
            if found.lastgroup == "header":
                read = self._read_block(found.end())
            else:
                self._take(found)

    def _read_block(self, start: int) -> int:
        """Read what a compound statement holds at its first level; returns where it ends."""
        end = self._end_of_block(start)
        first = _INDENTED.search(self._text, start, end)
        for found in _INNER.finditer(self._text, start, end) if first is not None else ():
            assert first is not None
            if found["indentation"] == first[1] and self._begins(found.start()):
                self._take(found)
        if self._text.find(b"del", start, end) >= 0:
            for line in _DELETION.findall(self._text, start, end):
                self.deleted.update(_WORDS.findall(line))
        return end

    def _end_of_block(self, start: int) -> int:
        found = _CODE.search(self._text, start)
        while found is not None and self._in_string(found.start()):
            found = _CODE.search(self._text, found.end())
        return found.start() if found is not None else len(self._text)

    def _take(self, found: re.Match[bytes]) -> None:
        kind = found.lastgroup
        if kind == "defined":
            self.bound.append(found["defined"])
        elif kind in {"names", "modules"}:
            self.bound += _bound(found[kind])
        elif kind == "deleted":
            self.deleted.update(_WORDS.findall(found["deleted"]))
        elif kind == "targets" and self._follows_statement(found.start()):
            self.bound += _WORDS.findall(found["targets"])

    def _begins(self, line: int) -> bool:
        """Whether the line after the line break at `line` is code that continues no other line."""
        if self._starts and self._in_string(line):
            return False
        before = self._text[line - 1 : line]
        if before == b"\r":
            before = self._text[line - 2 : line - 1]
        return before != b"\\"

    def _in_string(self, line: int) -> bool:
        # The text has one character more here than there: the break before a line has the
        # position of the line.
        string = bisect_left(self._starts, line) - 1
        return string >= 0 and self._ends[string] > line

    def _follows_statement(self, line: int) -> bool:
        """Whether what stands before a line can be the end of a statement, not of a piece of one.

        An argument with a keyword looks like an assignment, but stands after a comma or a bracket.
        """
        end = line
        while end > 0:
            start = self._text.rfind(b"\n", 0, end)
            code = self._text[start + 1 : end].strip()
            if code and not code.startswith(b"#"):
                # A # may be in a string, or begin a comment.
                pieces = code.split(b"#")
                befores = (b"#".join(pieces[: count + 1]) for count in range(len(pieces)))
                return len(pieces) < _MANY and all(map(_can_end, befores))
            end = start
        return True


def _can_end(code: bytes) -> bool:
    code = code.rstrip()
    ends = _ENDS_STATEMENT.fullmatch(code[-1:]) is not None
    return ends and not code.endswith(b"lambda")


def _bound(names: bytes) -> Iterator[bytes]:
    """The names that are bound by the names of an import statement."""
    if b"#" in names:
        names = _COMMENT.sub(b"", names)
    for name in names.strip(b"() \t\r\n").split(b","):
        bound = name.split()
        if len(bound) == 3 and bound[1] == b"as":
            yield bound[2]
        elif len(bound) == 1:
            yield bound[0].partition(b".")[0]


def _names(found: Iterable[bytes], gone: set[bytes]) -> tuple[str, ...]:
    names = dict.fromkeys(found)
    for name in gone:
        names.pop(name, None)
    return tuple(map(normal, names))


def normal(name: bytes) -> str:
    """A name as Python compares it."""
    text = name.decode("utf-8", "replace")
    return text if name.isascii() else unicodedata.normalize("NFKC", text)
