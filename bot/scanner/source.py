"""From the bytes of a Python file to UTF-8 text, by the rules of PEP 263 and PEP 3120."""

import codecs
import re
from typing import NamedTuple

from bot.scanner.facts import Problem

_COOKIE = re.compile(rb"[ \t\f]*+#[^\n\r]*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*+(?:#[^\r\n]*+)?(?:\r\n|\r|\n)")
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_LFS_POINTER_SIZE = 1024  # an upper bound by Git LFS's specification
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PLAIN = {"utf-8", "utf8", "ascii", "us-ascii"}
_SUFFIXED = re.compile(r"(utf-8|(?:latin-1|iso-8859-1|iso-latin-1))-")  # as Emacs writes utf-8-unix
_SLOW = {"idna", "punycode"}  # their time grows with the square of the text


class Source(NamedTuple):
    """UTF-8 without a byte order mark, and what keeps a parser from taking it, if anything."""

    text: bytes
    problem: Problem | None = None


def read(content: bytes) -> Source:
    """The text of a Python file, empty where there is none to read."""
    if content.startswith(LFS_POINTER) and len(content) < _LFS_POINTER_SIZE:
        return _skipped("Git LFS pointer")
    if content.startswith(UTF_16):
        return _skipped("encoded in UTF-16, which Python does not read")
    marked = content.startswith(codecs.BOM_UTF8)
    text = content[len(codecs.BOM_UTF8) :] if marked else content
    encoding = _declared(text)
    if encoding is not None and encoding not in _PLAIN and not marked:
        return _transcoded(text, encoding)
    return _checked(text)


def _checked(text: bytes) -> Source:
    """Text that should be UTF-8."""
    nul = text.find(b"\0")
    if text.isascii():
        return Source(text) if nul < 0 else _degraded(text, f"null byte on line {_line(text, nul)}")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        if nul >= 0:
            return _skipped("binary")
        return _degraded(text, f"not UTF-8 on line {_line(text, error.start)}")
    return Source(text) if nul < 0 else _degraded(text, f"null byte on line {_line(text, nul)}")


def _transcoded(text: bytes, encoding: str) -> Source:
    try:
        codec = codecs.lookup(encoding if encoding not in _SLOW else "unknown")
        # str.decode refuses what is no text encoding (zip, hex ...), as the parser does.
        return _checked(text.decode(codec.name).encode("utf-8"))
    except LookupError:
        return _degraded(text, f"unknown encoding {encoding}")
    except ValueError:
        return _degraded(text, f"not in its declared encoding {encoding}")


def _declared(text: bytes) -> str | None:
    """The encoding that one of the first two lines declares, in lower case."""
    second = text.find(b"\n", text.find(b"\n") + 1) if b"\n" in text else len(text)
    end = second if second >= 0 else len(text)
    if text.find(b"coding", 0, end) < 0 and b"\r" not in text[:end]:
        return None
    found = _COOKIE.match(text)
    if found is None and (blank := _BLANK.match(text)):
        found = _COOKIE.match(text, blank.end())
    if found is None:
        return None
    name = found[1].decode("ascii").lower().replace("_", "-")
    suffixed = _SUFFIXED.match(name)  # get_normal_name in CPython
    return suffixed[1] if suffixed else name


def _line(text: bytes, position: int) -> int:
    return text.count(b"\n", 0, position) + 1


def _skipped(reason: str) -> Source:
    return Source(b"", Problem(reason, skipped=True))


def _degraded(text: bytes, reason: str) -> Source:
    return Source(text, Problem(reason, skipped=False))
