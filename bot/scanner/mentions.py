"""Tells most mentions of a name from imports of it, without reading the text as code.

Most texts that hold the last part of a banned path mention it elsewhere: in prose, as an attribute,
as a part of a longer name. Reading their imports would take most of the time of a cold scan.
"""

import re
from functools import lru_cache
from typing import Final

_OF_NAMES: Final = frozenset(
    bytes((byte,)) for byte in range(256) if byte >= 0x80 or byte == 0x5F or chr(byte).isalnum()
)
# All that an import statement is made of, but for its comments.
_OF_IMPORTS: Final = b"".join(sorted(_OF_NAMES)) + b" \t\f\r\n\\.,()"


def stands(word: bytes, text: bytes, *, unlike: bytes | None = None) -> bool:
    """Whether a word is in a text, as a whole; with something `unlike` this byte before it."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before = text[at - 1 : at]
        if before not in _OF_NAMES and text[end : end + 1] not in _OF_NAMES and before != unlike:
            return True
        at = text.find(word, end)
    return False


def may_import(text: bytes, name: bytes) -> bool:
    """Whether `name` may be a part of a dotted path that a module imports.

    Where it may not, neither lexer nor parser finds it in an import statement; a yes means nothing.
    `text` is UTF-8. Its time is linear: no piece of text is looked at for two mentions.
    """
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return True  # lines, and so comments, end where the following does not see it
    read = closed = 0  # where the last mention is; a line that no statement reaches from above
    at = text.find(name)
    for mention in _ends_of_word(name).finditer(text, at) if at >= 0 else ():
        at = mention.start()
        if text[at - 1 : at] not in _OF_NAMES:
            line = text.rfind(b"\n", read, at) + 1
            before = text[max(line, read) : at]
            if _has_keyword(before):
                return True
            if line and not before.strip(_OF_IMPORTS):
                if _is_reached(text, line, closed):
                    return True
                closed = line
            read = at
    return False


@lru_cache(1024)
def _ends_of_word(name: bytes) -> re.Pattern[bytes]:
    """The name where no longer one begins with it: `imp` is in every `import`."""
    return re.compile(rb"%b(?![\w\x80-\xff])" % re.escape(name))


def _is_reached(text: bytes, line: int, closed: int) -> bool:
    """Whether a statement with a keyword on a line from `closed` on may reach as far as `line`.

    Goes up as long as the lines are made of what import statements are made of.
    """
    while line > closed:
        above = text.rfind(b"\n", closed, line - 1) + 1 or closed
        whole = text[above : line - 1]
        if _has_keyword(whole):
            return True
        if whole.partition(b"#")[0].strip(_OF_IMPORTS):
            return False
        line = above
    return False


def _has_keyword(text: bytes) -> bool:
    return b"import" in text or b"from" in text
