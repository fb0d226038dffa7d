"""What a rule looks for in the text of a blob, before anything is read of its meaning.

Most probes say that a blob may matter, never that it does: its facts decide. Those that are
`FINDING` look for themselves where they are asked to, and say what they find (see `Match`). Probes
do not know the blob's path.
"""

import re
import sys
from typing import Final, get_args

import msgspec

from bot.scanner.facts import EXTRACTOR


class ImportProbe(msgspec.Struct, frozen=True, tag="import"):
    """Imports of something that is, or lies below, a dotted path."""

    path: str


class StringProbe(msgspec.Struct, frozen=True, tag="string"):
    """A string target (see `StringTarget`) that is, or lies below, a dotted path."""

    path: str


class DefinitionProbe(msgspec.Struct, frozen=True, tag="definition"):
    """A class (or else a function) whose whole name matches a regular expression of RE2."""

    pattern: str
    is_class: bool


class NameProbe(msgspec.Struct, frozen=True, tag="name"):
    """Uses of names; dotted ones match what ends in them."""

    names: tuple[str, ...]


class CallProbe(msgspec.Struct, frozen=True, tag="call"):
    """Calls of exactly these dotted paths."""

    paths: tuple[str, ...]


class EmissionProbe(msgspec.Struct, frozen=True, tag="emission"):
    """Calls of functions (names as in `NameProbe`) that are given one of some texts."""

    calls: tuple[str, ...]
    events: tuple[str, ...]


class RegistrationProbe(msgspec.Struct, frozen=True, tag="registration"):
    """Calls of a function (a name as in `NameProbe`) with a key, by position or keyword."""

    call: str
    key: int | str


class StateProbe(msgspec.Struct, frozen=True, tag="state"):
    """Constructs (see `shared-state`) that make state which all users of a module share."""

    constructs: tuple[str, ...]


class OwnProbe(msgspec.Struct, frozen=True, tag="own"):
    """A question that the module of a rule kind answers itself (see `Kind.answers`).

    `question` is encoded as that module likes. `words` are as in the function of that name.
    """

    kind: str
    question: bytes
    words: tuple[bytes, ...] = ()


class OutlineProbe(msgspec.Struct, frozen=True, tag="outline"):
    """The outline (see `bot.scanner.symbols.facts`) of any module.

    With `parts` only of those that may import what has one of them in its dotted path, or set an
    attribute on it (see `bot.scanner.symbols.concern`).
    """

    parts: tuple[str, ...] = ()


class SymbolsProbe(msgspec.Struct, frozen=True, tag="symbols"):
    """The symbols of a module; of one that binds or defines a name that matches, if any is given.

    `pattern` is an expression of RE2 for the whole name. With `facade` only modules are parsed that
    define no public function or class at first sight.
    """

    pattern: str = ""
    facade: bool = False


SyntaxProbe = NameProbe | CallProbe | EmissionProbe | RegistrationProbe | StateProbe


class WordsProbe(msgspec.Struct, frozen=True, tag="words"):
    """The words of any text, with the dots, dashes and slashes that are in them."""


ModuleProbe = OutlineProbe | SymbolsProbe | WordsProbe
Probe = ImportProbe | StringProbe | DefinitionProbe | SyntaxProbe | ModuleProbe | OwnProbe

FINDING: Final = (*get_args(SyntaxProbe), *get_args(ModuleProbe), OwnProbe)


class Query(msgspec.Struct, frozen=True):
    """All that one set of rules asks of a blob."""

    probes: tuple[Probe, ...]
    file_size: int

    def digest(self) -> str:
        """Identity of the answers: with the same digest, the same blob has the same hits."""
        import hashlib

        version = f"{EXTRACTOR} {sys.version_info[:2]}".encode()
        return hashlib.sha256(version + msgspec.msgpack.encode(self)).hexdigest()[:32]


def words(probe: Probe) -> tuple[bytes, ...]:
    """Words of which one must be in a text for the probe to hit; none where any text will do."""
    match probe:
        case DefinitionProbe(pattern=pattern) | SymbolsProbe(pattern=pattern) if pattern:
            return _words_of_pattern(pattern)
        case ImportProbe(path=path) | StringProbe(path=path) | RegistrationProbe(call=path):
            return (_last(path),)
        case NameProbe(names=names) | CallProbe(paths=names) | EmissionProbe(calls=names):
            return tuple(map(_last, names))
        case OutlineProbe(parts=parts) if parts:
            return (b"setattr", *(part.encode() for part in parts))
        case OwnProbe(words=found):
            return found
    return ()


def _last(path: str) -> bytes:
    """The last part of a dotted path: what else there is of it may stand elsewhere."""
    return path.rpartition(".")[2].encode()


_PLAIN = re.compile(r"(?:\w|\\w[*+]|\.[*+])++")
_LITERAL = re.compile(r"(?<!\\)\w{3,}+")


def _words_of_pattern(pattern: str) -> tuple[bytes, ...]:
    found = []
    for alternative in pattern.split("|"):
        literals = _LITERAL.findall(alternative.replace("\\w", "\\ "))
        if not _PLAIN.fullmatch(alternative) or not literals:
            return ()
        found.append(max(literals, key=len).encode())
    return tuple(found)
