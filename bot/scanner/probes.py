"""What a rule looks for in the text of a blob, before anything is read of its meaning.

A probe says that a blob may matter, never that it does. Probes do not know the blob's path.
"""

import re
import sys

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


Probe = ImportProbe | StringProbe | DefinitionProbe


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
    if isinstance(probe, DefinitionProbe):
        return _words_of_pattern(probe.pattern)
    return (probe.path.rpartition(".")[2].encode(),)


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
