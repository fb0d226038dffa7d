"""Which texts a parser must look at to answer a probe: the words in it alone say too little."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from bot.scanner import outline, state_hints
from bot.scanner.facts import STAR, Import
from bot.scanner.probes import (
    CallProbe,
    EmissionProbe,
    NameProbe,
    RegistrationProbe,
    StateProbe,
    SyntaxProbe,
)
from bot.scanner.reading import Reading

_W: Final = rb"[\w\x80-\xff]"
_SPACE: Final = rb"(?:[ \t\f]|\\\r?\n)+"
# A definition, or the target of an assignment; first on its line or after something else.
_BOUND: Final = (
    rb"^%b(?:%b[^\n]*:[ \t]*|[^\n]*;[ \t]*)?"
    rb"(?:(?:async%b)?(?:def|class)%b|(?:%b+[ \t]*[,=][ \t]*)*)(?:%b)(?!%b)"
)
_ESCAPED: Final = re.compile(rb"\\[xuUN0-7]")
# Between any two characters of a text that is written in several pieces.
_SEAM: Final = rb"""(?:["'](?:[\s\\]|\#[^\n]*\n)*[uUrRfF]*["'])?"""

Suspects = Callable[[Reading], bool]


def suspects(probe: SyntaxProbe) -> Suspects:
    """Whether a reading may hold an answer to a probe; no is certain."""
    match probe:
        case NameProbe(names=names):
            return _holds(names)
        case RegistrationProbe(call=call):
            return _holds([call])
        case EmissionProbe(calls=calls, events=events):
            calls_one, names_one = _holds(calls), _written(events)
            return lambda reading: calls_one(reading) and names_one(reading)
        case StateProbe(constructs=constructs):
            return state_hints.hints(constructs)
        case CallProbe(paths=paths):
            targets = [(_holds([path]), _Target(path)) for path in paths]
            return lambda reading: any(
                holds(reading) and target.reached(reading) for holds, target in targets
            )


def _holds(names: Iterable[str]) -> Suspects:
    """Whether the last part of one of the names is a word of the text."""
    last = {re.escape(name.rpartition(".")[2].encode()) for name in names}
    search = re.compile(rb"(?<!%b)(?:%b)(?!%b)" % (_W, b"|".join(sorted(last)), _W)).search
    return lambda reading: search(reading.compared) is not None


def _written(texts: Sequence[str]) -> Suspects:
    """Whether a string of the program may be one of the texts."""
    plain = [text.encode("utf-8", "replace") for text in texts]
    pieces = [
        _SEAM.join(re.escape(bytes([byte])) for byte in text) for text in plain if text.isascii()
    ]
    in_pieces = re.compile(b"|".join(pieces) or rb"(?!)").search

    def suspected(reading: Reading) -> bool:
        text = reading.text
        if any(one in text for one in plain) or _ESCAPED.search(text):
            return True
        return in_pieces(text) is not None

    return suspected


class _Target:
    """A dotted path, and how a module can come to it."""

    def __init__(self, path: str) -> None:
        parts = path.split(".")
        self._first = parts[0]
        self._builtin = len(parts) == 1 or parts[0] == "builtins"
        self._prefixes = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
        self._slices = {
            ".".join(parts[start:end]) for end in range(1, len(parts) + 1) for start in range(end)
        }
        names = b"|".join(re.escape(part.encode()) for part in parts[1:]) or rb"(?!)"
        self._bound, self._bound_in_block = (
            re.compile(
                _BOUND % (indentation, outline.BLOCK, _SPACE, _SPACE, _W, names, _W), re.MULTILINE
            )
            for indentation in (b"", rb"[ \t]*")
        )

    def reached(self, reading: Reading) -> bool:
        """Whether the path is a builtin's, or one of its parts is imported or bound at the top."""
        if self._builtin or not reading.lexed.exact:
            return True
        if any(map(self._leads_here, reading.lexed.imports)):
            return True
        text = reading.compared
        in_blocks = (self._bound_in_block.search(block) for block in outline.blocks(text))
        return self._bound.search(text) is not None or any(in_blocks)

    def _leads_here(self, found: Import) -> bool:
        if found.name is None:  # "import a.b" binds a, through which all that is below is reached
            return found.module.partition(".")[0] == self._first
        path = found.module if found.name == STAR else found.dotted
        if not path.startswith("."):
            return path in self._prefixes
        written = path.lstrip(".")
        return not written or written in self._slices
