"""What must hold for any bytes that are taken for a Python file."""

import ast
import io
import tokenize
import warnings

from bot.scanner.facts import UNKNOWN
from bot.scanner.lexer import lex, lex_whole
from bot.scanner.source import read
from tests.support.imports import imports_of


class BrokenClaimError(AssertionError):
    """Some bytes for which a claim does not hold."""


def check(content: bytes) -> bool:
    """Hold the reading of `content` against Python's own; says whether Python takes it.

    - No bytes make it fail.
    - Where the lexer calls itself exact, its imports are those of the parser, with their places,
      and its contexts are right or unknown.
    - What is read of a file that Python takes is what Python reads.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Python takes, but would rather not
        return _check(content)


def _check(content: bytes) -> bool:
    source = read(content)
    lexed = lex(source.text)
    if lex_whole(source.text).lexed.imports != lexed.imports:
        raise BrokenClaimError("with its strings, a text has other imports")
    if not _valid(content):
        return False
    if source.problem is not None:
        raise BrokenClaimError(f"Python takes it, and it is called {source.problem.reason}")
    if lexed.exact:
        _same_imports(source.text)
    return True


def _valid(content: bytes) -> bool:
    """Whether Python takes it, and it is in its encoding (Python 3.11 lets comments off)."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(encoding)
        ast.parse(content)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return False
    return True


def _same_imports(text: bytes) -> None:
    expected = imports_of(text)
    found = lex(text).imports
    places = [(one.line, one.column, one.module, one.name) for one in found]
    if places != [one[:4] for one in expected]:
        raise BrokenClaimError(f"the lexer reads {places}, the parser {expected}")
    for one, (*_, context) in zip(found, expected, strict=True):
        if one.context not in {UNKNOWN, context}:
            raise BrokenClaimError(f"line {one.line} is in {context}, not in {one.context}")
