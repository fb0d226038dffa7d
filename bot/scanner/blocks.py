"""Which block an indented line is in, read from the lines above it; or that this is not certain."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.scanner.facts import UNKNOWN

_INDENTATION = re.compile(rb" *+")
_COMMENT_OR_BLANK = re.compile(rb"[ \t\f\r]*+(?:#|\n|\Z)")
_HEADER = re.compile(
    rb" *+(?:async ++)?(def|class|try|except|finally|else|elif|if|for|while|with|match|case)\b"
    rb"([^\n]*+)"
)
_CLOSING = re.compile(rb" *+[)\]}][^\n]*:[ \t\r]*(?:#[^\n]*)?(?:\n|\Z)")
_ENDS_HEADER = re.compile(rb"(?:.*:|.*[(\[{,\\])[ \t\r]*(?:#.*)?", re.DOTALL)
_GUARD = re.compile(rb" *+(?:el)?if +(?:\w+\.)*TYPE_CHECKING *:")
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
        if _CLOSING.match(self._text, found):  # ") -> None:", as formatters write it
            found = self._line_above(found, self._depth(found) + 1)
        header = _HEADER.match(self._text, found)
        if header is None or not _ENDS_HEADER.fullmatch(header[2]):
            raise _UncertainError
        return found, header[1]

    def _line_above(self, line: int, depth: int) -> int:
        """Start of the next logical line above `line` that is indented less than `depth`."""
        text = self._text
        while line > 0 and self._budget > 0:
            self._budget -= 1
            line = text.rfind(b"\n", 0, line - 1) + 1
            string = bisect_right(self._strings, (line, 0)) - 1
            if string >= 0 and self._strings[string][1] > line:
                line = text.rfind(b"\n", 0, self._strings[string][0]) + 1
            if _COMMENT_OR_BLANK.match(text, line) or text.endswith(_CONTINUED, 0, line):
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
