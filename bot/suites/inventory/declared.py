"""What tests say themselves that they detect: a comment on a line of its own, by the rule's id.

# canon: detects[factory-import]
"""

import re
from collections.abc import Mapping
from typing import Final

SIGN: Final = b"canon: detects["
_DECLARED: Final = re.compile(rb"^[ \t]*#+[ \t]*canon: detects\[([^\]\n]*)\]", re.MULTILINE)


def declared(text: bytes) -> Mapping[str, int]:
    """The rules that a file says it detects, each with the first line (1-based) that does."""
    found: dict[str, int] = {}
    if SIGN in text:
        for match in _DECLARED.finditer(text):
            line = text.count(b"\n", 0, match.start()) + 1
            for name in match[1].decode("utf-8", "replace").split(","):
                found.setdefault(name.strip(), line)
    return found
