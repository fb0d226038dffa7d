"""Which texts a parser must look at to answer a probe: the words in it alone say too little."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from bot.scanner import outline, state_hints
from bot.scanner.facts import STAR, Import
from bot.scanner.mentions import stands
from bot.scanner.probes import (
    CallProbe,
    EmissionProbe,
    NameProbe,
    RegistrationProbe,
    StateProbe,
    SyntaxProbe,
)
from bot.scanner.reading import Reading

_RELATIVE_STAR: Final = re.compile(rb"from[ \t\f\\\r\n]*\.[. \t\f\\\r\n]*import[ \t\f\\\r\n]*\*")
_W: Final = rb"[\w\x80-\xff]"
_SPACE: Final = rb"(?:[ \t\f]|\\\r?\n)+"
# A definition, or the target of an assignment; first on its line or after something else.
_BOUND: Final = (
    rb"^%b(?:%b[^\n]*:[ \t]*|[^\n]*;[ \t]*)?"
    rb"(?:(?:async%b)?(?:def|class)%b|(?:%b+[ \t]*[,=][ \t]*)*)(?:%b)(?!%b)"
)
# A character of a string that is written as its number or its name.
_NUMBERED: Final = rb"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}\n]*\}|[0-7]{1,3})"
_OTHERWISE: Final = rb"|\\.|\r?\n"
# Between any two characters of a text that is written in several pieces, or on several lines.
_SEAM: Final = rb"""(?:(?:["']|\\\r?\n)(?:["'\s]|\\\r?\n|#[^\n]*\n|[uUrRfF]+["'])*)?"""

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
    last = {name.rpartition(".")[2].encode() for name in names}
    return lambda reading: any(stands(word, reading.compared) for word in last)


def _written(texts: Sequence[str]) -> Suspects:
    """Whether a string of the program may be one of the texts."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes are bytes
    pattern = b"|".join(_SEAM.join(map(_character, text)) for text in texts)
    written = re2.compile(rb"""["'](?:\\\r?\n)*(?:%b)(?:\\\r?\n)*["']""" % pattern, options)
    return lambda reading: written.search(reading.text) is not None


def _character(one: str) -> bytes:
    """A character of a string in all ways in which it may be written."""
    itself = re.escape(one.encode("utf-8", "replace"))
    return rb"(?:%b|%b%b)" % (itself, _NUMBERED, b"" if one.isalnum() else _OTHERWISE)


class _Target:
    """A dotted path, and how a module can come to it."""

    def __init__(self, path: str) -> None:
        parts = path.split(".")
        self._first = parts[0]
        self._parts = [part.encode() for part in parts]
        self._builtin = len(parts) == 1 or parts[0] == "builtins"
        self._prefixes = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
        self._slices = {
            ".".join(parts[start:end]) for end in range(1, len(parts) + 1) for start in range(end)
        }
        names = b"|".join(map(re.escape, self._parts[1:])) or rb"(?!)"
        self._bound, self._bound_in_block = (
            re.compile(
                _BOUND % (indentation, outline.BLOCK, _SPACE, _SPACE, _W, names, _W), re.MULTILINE
            )
            for indentation in (b"", rb"[ \t]*")
        )

    def reached(self, reading: Reading) -> bool:
        """Whether the path is a builtin's, or one of its parts is imported or bound at the top."""
        if self._builtin:
            return True
        if not self._may_be_imported(reading) and not self._may_be_bound(reading.compared):
            return False
        if not reading.lexed.exact:
            return True
        if any(map(self._leads_here, reading.lexed.imports)):
            return True
        text = reading.compared
        in_blocks = (self._bound_in_block.search(block) for block in outline.blocks(text))
        return self._bound.search(text) is not None or any(in_blocks)

    def _may_be_imported(self, reading: Reading) -> bool:
        """Whether an import may have a part of the path; no is certain."""
        return any(map(reading.may_import, self._parts)) or bool(
            _RELATIVE_STAR.search(reading.text)
        )

    def _may_be_bound(self, text: bytes) -> bool:
        """Whether a part that can be bound stands without a dot right before it."""
        return any(stands(part, text, unlike=b".") for part in self._parts[1:])

    def _leads_here(self, found: Import) -> bool:
        if found.name is None:  # "import a.b" binds a, through which all that is below is reached
            return found.module.partition(".")[0] == self._first
        path = found.module if found.name == STAR else found.dotted
        if not path.startswith("."):
            return path in self._prefixes
        written = path.lstrip(".")
        return not written or written in self._slices
