"""Users' text where nothing is markup: terminals, titles, annotations."""

from typing import Final

LONGEST: Final = 200
"""So many characters of one text from a user are shown."""


def visible(text: str, longest: int = LONGEST) -> str:
    r"""`text` on one line and in bounds, with what cannot be seen written as an escape.

    Nothing is left that could steer a terminal. Bytes that were no UTF-8 (PEP 383 surrogates) are
    written as `\xff`.
    """
    line = " ".join(text[: 4 * longest].split())
    if not line.isprintable():
        line = "".join(char if char.isprintable() else _escape(char) for char in line)
    return line if len(line) <= longest and len(text) <= 4 * longest else line[: longest - 1] + "…"


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")
