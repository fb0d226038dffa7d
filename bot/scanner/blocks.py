"""Which block an indented line is in, read from the lines above it; or that this is not certain."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.scanner.facts import UNKNOWN

_INDENTATION = re.compile(rb" *+")
_COMMENT_OR_BLANK = re.compile(rb"[ \t\f\r]*+(?:#|\n|\Z)")
_HEADER = re.compile(
    rb" *+(?:async ++)?(def|class|try|except|finally|else|elif|if|for|while|with|match|case)\b"
)
_CLOSING = re.compile(rb" *+[)\]}][^\n]*:[ \t\r]*(?:#[^\n]*)?(?:\n|\Z)")
_PIECE = re.compile(
    rb"""(?:[^()\[\]{}"'#\\\n:]++|:=|\\\r?\n|"[^"\\\n]*+"|'[^'\\\n]*+')*+"""
    rb"""(?:([(\[{])|([)\]}])|(:)|(?:#[^\n]*+)?\n)"""
)
_END_OF_LINE = re.compile(rb"[ \t\r\f]*+(?:#[^\n]*+)?(?:\n|\Z)")
_GUARD = re.compile(rb" *+(?:el)?if +(?:\w+\.)*TYPE_CHECKING *:(?!=)")
_CONTEXTS = {
    b"def": "function",
    b"class": "class",
    b"try": "try",
    b"except": "try",
    b"finally": "try",
}
_CONTINUED = (b"\\\n", b"\\\r\n")
_BUDGET = 20_000  # lines read for one text, so that time stays linear


class _UncertainError(Exception):
    pass


class Blocks:
    """The blocks of one text; `strings` are the bounds of its triple-quoted strings so far."""

    def __init__(self, text: bytes, strings: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._strings = strings
        self._budget = _BUDGET

    def context(self, line: int) -> str:
        """The context (see `Import`) of the code line that starts at `line`, or `UNKNOWN`."""
        try:
            depth = self._depth(line)
            while depth:
                line, keyword = self._header_above(line, depth)
                depth = self._depth(line)
                if keyword == b"else":
                    _, keyword = self._header_above(line, depth + 1)
                elif _GUARD.match(self._text, line):
                    return "type_checking"
                if keyword in _CONTEXTS:
                    return _CONTEXTS[keyword]
        except _UncertainError:
            return UNKNOWN
        return "module"

    def _header_above(self, line: int, depth: int) -> tuple[int, bytes]:
        """The next line above that is indented less than `depth`: a compound statement's first."""
        found = self._line_above(line, depth)
        last = found
        if _CLOSING.match(self._text, found):  # ") -> None:", as formatters write it
            found = self._line_above(found, self._depth(found) + 1)
        header = _HEADER.match(self._text, found)
        end = self._end(header.end(1), line) if header is not None else -1
        if header is None or end < last:
            raise _UncertainError
        test = self._text[header.end(1) : end] if header[1] in {b"if", b"elif"} else b""
        if not _GUARD.match(self._text, found) and (b"TYPE_CHECKING" in test or not test.isascii()):
            raise _UncertainError
        return found, header[1]

    def _end(self, start: int, before: int) -> int:
        """Where a header ends whose keyword ends at `start`; -1 if it is none, or has more on it.

        Inside of brackets, a line can begin with `for`, `if` or `else` too.
        """
        depth = 0
        while self._budget > 0 and (piece := _PIECE.match(self._text, start, before)):
            self._budget -= 1
            start = piece.end()
            opened, closed, colon = piece.groups()
            if b"lambda" in piece[0] or depth < bool(closed) or not (depth or any(piece.groups())):
                return -1
            if colon and not depth:
                return start if _END_OF_LINE.match(self._text, start, before) else -1
            depth += bool(opened) - bool(closed)
        return -1

    def _line_above(self, line: int, depth: int) -> int:
        """Start of the next logical line above `line` that is indented less than `depth`."""
        text = self._text
        while line > 0 and self._budget > 0:
            self._budget -= 1
            line = text.rfind(b"\n", 0, line - 1) + 1
            string = bisect_right(self._strings, (line, 0)) - 1
            if string >= 0 and self._strings[string][1] > line:
                line = text.rfind(b"\n", 0, self._strings[string][0]) + 1
            if _COMMENT_OR_BLANK.match(text, line):
                continue
            if text.endswith(_CONTINUED, 0, line):
                if b"#" in text[text.rfind(b"\n", 0, line - 1) + 1 : line]:
                    raise _UncertainError  # a comment is not continued
                continue
            if self._depth(line) < depth:
                return line
        raise _UncertainError

    def _depth(self, line: int) -> int:
        """How many spaces a line starts with; other white space makes it uncertain."""
        indentation = _INDENTATION.match(self._text, line)
        assert indentation is not None  # it matches nothing, too
        end = indentation.end()
        if self._text[end : end + 1] in {b"\t", b"\f"}:
            raise _UncertainError
        return end - line
