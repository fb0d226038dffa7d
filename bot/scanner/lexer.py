r"""Import statements without a parser: exact, or it says that it is not sure.

`import` is a keyword: outside strings and comments it can only be part of an import statement. The
lexer goes from one such word to the next. It follows triple-quoted strings, the only ones that hold
whole lines, and reads the rest of a line only where a quote or a `#` stands before the word. What
needs more than that (a `;`, a suite on the line of its header, a string continued by a backslash, a
lone carriage return, quotes nested in an f-string) makes the answer inexact: the parser then has
the last word, and what was read still serves for a file that does not parse.

Time is linear in the size of the text: every regular expression is possessive.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from bot.scanner.blocks import Blocks
from bot.scanner.facts import UNKNOWN, Import

_KEYWORD = b"import"
_QUOTES = (b'"""', b"'''")
_SPACE = rb"(?:[ \t\f]|\\\r?\n)"
_WORD = rb"[\w\x80-\xff]"
_DOTTED = rb"%b++(?:%b*+\.%b*+%b++)*+" % (_WORD, _SPACE, _SPACE, _WORD)
_GAP = rb"(?:\s|\\\r?\n)"
_STRING = rb"""(?:"(?:[^"\\\n]++|\\(?:\r\n|.))*+"|'(?:[^'\\\n]++|\\(?:\r\n|.))*+')"""

# What nearly every import statement looks like; whatever it does not match is read with more care.
_USUAL = re.compile(
    rb"([ \t]*+)(?:from ([.\w]++) )?import (\w[\w.]*+(?: as \w++)?(?:, \w[\w.]*+(?: as \w++)?)*+)\n"
)
_FROM = re.compile(
    rb"[ \t\f]*+from(?!%b)%b*+((?:\.%b*+)*+)((?:%b)?+)%b*+"
    % (_WORD, _SPACE, _SPACE, _DOTTED, _SPACE)
)
_NAME = re.compile(
    rb"%b*+(%b|\*)(?:%b++as%b++%b++)?+%b*+(,?)" % (_GAP, _DOTTED, _GAP, _GAP, _WORD, _GAP)
)
_PARENTHESES = re.compile(rb"%b*+\(((?:[^#()]++|#[^\n]*+)*+)\)" % _SPACE)
_LINE = re.compile(rb"((?:[^#;\n\\]++|\\\r?\n)*+)")
_END = re.compile(rb"[ \t\f\r]*+(?:#[^\n]*+)?(?:\n|\Z)")
_CODE = re.compile(rb"""(?:[^"'\#\\]++|\#[^\n]*+\n|\\.|%b)*+""" % _STRING, re.DOTALL)
_ONE_STRING = re.compile(_STRING, re.DOTALL)
_COMMENT = re.compile(rb"#[^\n]*+")
_F_STRING = re.compile(rb"""(?:[fFtT][rR]?|[rR][fFtT])["']""")
# The text of an f-string as far as its replacement fields hide no quote that might end it: plain
# text, doubled braces, and fields in which every quoted text is closed and holds no brace.
_QUOTED = rb"""(?:"[^"\\\n{}]*+"|'[^'\\\n{}]*+')"""
_FIELD = rb"""\{(?:[^{}"'#]++|%b|\{[^{}"'#]*+\})*+\}""" % _QUOTED
_PLAIN_FIELDS = re.compile(rb"(?:[^{}]++|\{\{|\}\}|%b)*+" % _FIELD)
_NESTED = re.compile(rb"""\{[^{}"'#]*+(?:["'#]|\Z)""")
_OF_NAMES = frozenset(
    bytes((byte,)) for byte in range(256) if byte >= 0x80 or byte == 0x5F or chr(byte).isalnum()
)
_CONTINUED = (b"\\\n", b"\\\r\n")
_KEYWORD = b"import"
_TRIPLE_QUOTES = (b'"""', b"'''")


class Lexed(NamedTuple):
    """The imports of a text in source order, and whether they are known to be all of them."""

    imports: list[Import]
    exact: bool


def lex(text: bytes) -> Lexed:
    """The imports of a module; `text` is UTF-8 without a byte order mark.

    The context of an indented import is `UNKNOWN` where it takes a parser to tell its block.
    """
    lexer = _Lexer(text)
    lexer.run()
    return Lexed(lexer.imports, lexer.exact)


class Whole(NamedTuple):
    """The imports of a text, and the bounds of its triple-quoted strings.

    `exact` says whether these are known to be all of them.
    """

    lexed: Lexed
    strings: Sequence[tuple[int, int]]
    exact: bool


def lex_whole(text: bytes) -> Whole:
    """The same as `lex`, and the strings up to the end of the text."""
    lexer = _Lexer(text)
    lexer.run()
    lexed = Lexed(lexer.imports, lexer.exact)
    strings = lexer.strings()
    return Whole(lexed, strings, lexer.exact)


class _Lexer:
    def __init__(self, text: bytes) -> None:
        self.text = text
        self.imports: list[Import] = []
        self.exact = b"\r" not in text or text.count(b"\r") == text.count(b"\r\n")
        self._read = 0  # up to here all is read, and no string or comment is open
        self._quotes = [_position(text, mark, 0) for mark in _TRIPLE_QUOTES]
        self._quote = min(self._quotes)  # the next triple quote that is not read
        self._strings: list[tuple[int, int]] = []
        self._blocks = Blocks(text, self._strings)
        self._place = _Place(text)

    def run(self) -> None:
        text = self.text
        word = text.find(_KEYWORD)
        while word >= 0:
            if self._quote < word:
                self._read_strings(word)
            if self._read <= word and self._is_whole_word(word):
                self._read_statement(word)
            word = text.find(_KEYWORD, max(word + 1, self._read))

    def strings(self) -> Sequence[tuple[int, int]]:
        """The bounds of all triple-quoted strings, in order; to be asked after `run`."""
        self._read_strings(len(self.text))
        return self._strings

    def _is_whole_word(self, word: int) -> bool:
        after, before = self.text[word + 6 : word + 7], self.text[max(word - 1, 0) : word]
        return after not in _OF_NAMES and before not in _OF_NAMES

    def _read_strings(self, until: int) -> None:
        """Move on over every triple-quoted string that begins before `until`."""
        text, quotes = self.text, self._quotes
        while (at := self._quote) < until:
            mark = _TRIPLE_QUOTES[quotes.index(at)]
            # What is read already may have held it: a comment among names, the end of a string.
            if at >= self._read and self._in_code(at, self._line_start(at)):
                self._read = self._close(at, mark)
            for number, quote in enumerate(quotes):
                if quote < self._read:
                    quotes[number] = _position(text, _TRIPLE_QUOTES[number], self._read)
            self._quote = min(quotes)

    def _close(self, start: int, mark: bytes) -> int:
        """Where the triple-quoted string that opens at `start` ends."""
        text = self.text
        at = text.find(mark, start + 3)
        while at >= 0 and self._escaped(at):
            at = text.find(mark, at + 1)
        if at < 0:
            self.exact = False
            # Never closed, so no valid module: what follows is read as if it were code.
            return start + 3
        if _F_STRING.search(text, max(start - 2, 0), start + 1):
            # From Python 3.12 on (PEP 701) a replacement field may hold the string's own quotes.
            self.exact &= _PLAIN_FIELDS.fullmatch(text, start + 3, at) is not None
        self._strings.append((start, at + 3))
        return at + 3

    def _escaped(self, at: int) -> bool:
        text = self.text
        backslash = at
        while text[backslash - 1] == 0x5C:
            backslash -= 1
        return (at - backslash) % 2 == 1

    def _line_start(self, at: int) -> int:
        """Start of the logical line that `at` is on, but nothing that is read already."""
        text, read = self.text, self._read
        start = text.rfind(b"\n", read, at) + 1 or read
        while start > read and text.endswith(_CONTINUED, read, start):
            start = text.rfind(b"\n", read, start - 1) + 1 or read
        return start

    def _in_code(self, at: int, start: int) -> bool:
        """Whether `at` is in no comment or one-line string; else these are read to their end."""
        text = self.text
        before = text[start:at]
        if b'"' not in before and b"'" not in before and b"#" not in before:
            return True
        if _F_STRING.search(before) and _NESTED.search(before):
            self.exact = False
        code = _CODE.match(text, start, at)
        stopped = code.end() if code is not None else start
        if stopped == at:
            return True
        string = _ONE_STRING.match(text, stopped)
        if string is not None:
            self._read = string.end()
        else:
            self.exact &= text[stopped] == 0x23  # a comment; anything else does not end
            self._read = text.find(b"\n", at) + 1 or len(text)
        return False

    def _read_statement(self, word: int) -> None:
        """Read the import statement that `word` belongs to, if it is in code."""
        start = self._line_start(word)
        first = start == 0 or self.text[start - 1] == 0x0A
        usual = _USUAL.match(self.text, start) if first else None
        if usual is not None and usual.start(3) == word + len(_KEYWORD) + 1:
            self._read_usual(usual)
            return
        before = self.text[start:word]
        if before and not before.isspace() and not _FROM.fullmatch(before):
            if not self._in_code(word, start):
                return
            self.exact = False
            before = re.split(rb"[;:\n]", before)[-1]
        elif not first:
            self.exact = False  # something stands before it on the line
        context = self._context(start, before) if self.exact else UNKNOWN
        origin = _FROM.fullmatch(before)
        module = _plain(b"".join(origin.groups())) if origin is not None else None
        self._read = self._read_names(word + len(_KEYWORD), module, context)

    def _read_usual(self, statement: re.Match[bytes]) -> None:
        indentation, origin, names = statement.groups()
        context = self._context(statement.start(), indentation) if indentation else "module"
        module = None if origin is None else origin.decode("ascii")
        row, column = self._place.of(statement.start(3))
        for name in names.decode("ascii").split(", "):
            found = name.partition(" ")[0]  # what follows is "as", and what it is called here
            self._add(row, column, module, found, context)
            column += len(name) + 2
        self._read = statement.end(3)

    def _add(self, row: int, column: int, module: str | None, name: str, context: str) -> None:
        found = (
            Import(row, column, name, None, context)
            if module is None
            else Import(row, column, module, name, context)
        )
        self.imports.append(found)

    def _context(self, line: int, before: bytes) -> str:
        """The context of the statement on `line`; `before` is, or begins with, its indentation."""
        return self._blocks.context(line) if before[:1].isspace() else "module"

    def _read_names(self, after: int, module: str | None, context: str) -> int:
        """Record the names that begin at `after`, in `module` or, if None, modules themselves."""
        text = self.text
        listed = _PARENTHESES.match(text, after) if module is not None else None
        line = listed or _LINE.match(text, after)
        assert line is not None  # it matches the empty text too
        names = _COMMENT.sub(_blanked, line[1])
        position, more = 0, True
        while more and (name := _NAME.match(names, position)):
            row, column = self._place.of(line.start(1) + name.start(1))
            found = _plain(name[1])
            self._add(row, column, module, found, context)
            position, more = name.end(), bool(name[2])
        dangling = more and (listed is None or position == 0)
        if dangling or names[position:].strip() or not _END.match(text, line.end()):
            self.exact = False
        return line.end()


class _Place:
    """Lines and columns of ever later positions."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._at = 0
        self._line = 1
        self._column = 1

    def of(self, at: int) -> tuple[int, int]:
        text, last = self._text, self._at
        newline = text.rfind(b"\n", last, at)
        if newline >= 0:
            self._line += text.count(b"\n", last, at)
            self._column = 1
            last = newline + 1
        self._column += (
            at - last if self._ascii else len(text[last:at].decode("utf-8", "surrogateescape"))
        )
        self._at = at
        return self._line, self._column


def _position(text: bytes, mark: bytes, start: int) -> int:
    """Where `mark` is found next; the end of the text if nowhere."""
    at = text.find(mark, start)
    return at if at >= 0 else len(text)


def _plain(dotted: bytes) -> str:
    """A dotted name without the space that may stand in it, normalised as Python does."""
    name = dotted.translate(None, b" \t\f\r\n\\").decode("utf-8", "replace")
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def _blanked(comment: re.Match[bytes]) -> bytes:
    return b" " * len(comment[0])
