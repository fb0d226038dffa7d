"""What is known of one blob, whatever its path and whatever the rules: the values that are cached.

msgspec structs and not dataclasses, because thousands of them are read back in one run.
"""

from typing import Final

import msgspec

STAR: Final = "*"
UNKNOWN: Final = ""  # the context of an import before a parser has seen it


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One imported name: `import a.b` is ("a.b", None), `from .a import b` is (".a", "b").

    `module` has its leading dots; `name` is `*` for a star import. Line and column, 1-based and in
    characters, are those of the name itself (of the module in `import a.b`).
    """

    line: int
    column: int
    module: str
    name: str | None
    context: str = "module"
