"""Places and pieces of texts, in the form in which they are reported."""

_LONGEST: int = 120


class Lines:
    """Lines and columns, 1-based and in characters, of ever later positions in a UTF-8 text."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def place(self, at: int) -> tuple[int, int]:
        """The place of a position that is not before the last one."""
        text = self._text
        self._line += text.count(b"\n", self._at, at)
        self._at = at
        before = text[text.rfind(b"\n", 0, at) + 1 : at]
        return self._line, len(before.decode("utf-8", "replace")) + 1


def excerpt(text: str) -> str:
    """One short line of what may be long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."
