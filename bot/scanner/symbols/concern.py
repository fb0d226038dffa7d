"""Which files can have to do with modules that are given by globs: by a word that they need.

A dotted path that a glob matches has the literal parts of the glob among its own. Where a file
imports such a path, or sets an attribute of such a name, the part stands in its text; but for
relative imports, for which it may be a folder that the file is in; and but for `setattr` with a
name that is not written there.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.scanner.reading import Reading
from bot.scanner.symbols.outline import gives

SETS: Final = b"setattr"
_LITERAL: Final = re.compile(r"[A-Za-z_]\w*+", re.ASCII)
_ANY: Final = ".*"


def parts(globs: Sequence[str]) -> tuple[str, ...]:
    """For each glob of dotted paths a part of all that it matches; none if one has no such part.

    It is the last literal one: the first is the name of the repository's package mostly.
    """
    found: dict[str, None] = {}
    for glob in globs:
        literal = [part for part in glob.split(".") if _LITERAL.fullmatch(part)]
        if not literal:
            return ()
        found[literal[-1]] = None
    return tuple(found)


def lies_in(path: str, names: Sequence[str]) -> bool:
    """Whether a file lies in a folder, however far below, with one of the names."""
    return not set(names).isdisjoint(path.split("/")[:-1])


def concerned(reading: Reading, names: Sequence[bytes]) -> bool:
    """Whether a text may import, or set an attribute on, what has one of the parts; no is certain.

    That it lies in such a folder is for the caller to say.
    """
    if any(map(reading.may_import, names)):
        return True
    if SETS not in reading.text and not any(name in reading.text for name in names):
        return False
    wanted = {name.decode() for name in names}
    return any(
        one.endswith(_ANY) or not wanted.isdisjoint(one.split(".")) for one in gives(reading.text)
    )
