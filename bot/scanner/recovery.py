"""What a parser can make of a text that it refuses: the rest is blanked, line by line."""

import ast
import re
from typing import Final

from bot.scanner.syntax import UnparsableError, tree

_MOST_TRIES: Final = 20
_LINE: Final = re.compile(rb"^[^\n]*$", re.MULTILINE)
_PLACE: Final = re.compile(r"at (\d+):")


def recovered(text: bytes) -> ast.Module:
    """The tree of a text, without the lines that cannot be parsed; lines keep their numbers.

    Each line at which the parser gives up becomes `pass`; where that does not help, the whole
    statement at the top of the module that it is in is left out. Ends with an empty module.
    """
    text = text.decode("utf-8", "replace").replace("\0", " ").encode("utf-8")
    blanked: set[int] = set()
    for _ in range(_MOST_TRIES):
        try:
            return tree(text)
        except UnparsableError as error:
            found = _PLACE.search(str(error))
            if found is None:  # nested too deeply
                break
            lines = text.split(b"\n")
            number = min(int(found[1]), len(lines)) - 1
            if number in blanked:
                _blank_statement(lines, number)
            else:
                indentation = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
                lines[number] = indentation + b"pass"
                blanked.add(number)
            text = b"\n".join(lines)
    return ast.Module([], [])


def _blank_statement(lines: list[bytes], number: int) -> None:
    """Empty the lines from the last one that is not indented to the next."""
    start = number
    while start > 0 and (not lines[start].strip() or lines[start][:1].isspace()):
        start -= 1
    end = number + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][:1].isspace()):
        end += 1
    lines[start:end] = [b""] * (end - start)
