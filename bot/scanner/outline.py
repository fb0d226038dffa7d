"""What stands at the top of a module, by its text alone."""

import re
from collections.abc import Iterator
from typing import Final

BLOCK: Final = (
    rb"(?:async[ \t]+for|async[ \t]+with|else|except|elif|finally|for|if|match|try|while|with)\b"
)
_START: Final = re.compile(rb"^%b" % BLOCK, re.MULTILINE)
_DEFINITION: Final = re.compile(rb"^(?:async[ \t]+def|class|def)\b", re.MULTILINE)


def blocks(text: bytes) -> Iterator[bytes]:
    """What stands in blocks at the top that are no functions or classes; maybe more than that."""
    end = 0
    for header in _START.finditer(text):
        if header.start() >= end:
            definition = _DEFINITION.search(text, header.end())
            end = len(text) if definition is None else definition.start()
            yield text[header.start() : end]
