import ast
import codecs
import re
import unicodedata
from functools import cache, cached_property
from typing import TYPE_CHECKING

from bot.scanner.facts import Problem
from bot.scanner.lexer import Lexed, lex
from bot.scanner.limits import GIVEN_UP, too_large
from bot.scanner.mentions import may_import
from bot.scanner.source import LFS_POINTER, UTF_16, Source, read
from bot.scanner.syntax import UnparsableError, tree

if TYPE_CHECKING:
    from bot.scanner.program import Program
    from bot.scanner.references import References

_RELATIVE = re.compile(rb"from[ \t\f\\\r\n]*\.")
_ASCII = bytes(range(128))
_LOOKED_AT_BY_GIT = 8000  # bytes; a NUL among them makes a file binary (xdiff-interface.c)


class Reading:
    """One blob, read as far as somebody asks, and no part of it twice.

    `content` are its bytes, `text` what Python makes of them, and `problem` what keeps Python from
    reading it. Without `parser` nothing may be parsed.
    """

    def __init__(self, content: bytes, file_size: int, *, parser: bool = True) -> None:
        self.content = content
        self._file_size = file_size
        self.parser = parser
        self._mentions: dict[bytes, bool] = {}
        if len(content) > file_size:
            source = Source(b"", Problem(too_large(file_size), skipped=True))
        else:
            source = read(content)
        self.text, self.problem = source

    @cached_property
    def plain(self) -> bytes | None:
        """The text as UTF-8, whatever language it is in, with line feeds; None if it is none."""
        if self.content.startswith(UTF_16):
            text = self.content.decode("utf-16", "replace").encode("utf-8")
        elif len(self.content) > self._file_size or b"\0" in self.content[:_LOOKED_AT_BY_GIT]:
            return None
        else:
            skipped = self.problem is not None and self.problem.skipped
            text = self.content.removeprefix(codecs.BOM_UTF8) if skipped else self.text
        return text.replace(b"\r\n", b"\n")

    @property
    def unplain(self) -> Problem | None:
        """Why `plain` is not what the file holds, if that is so; a binary file has no text."""
        pointer = self.problem is not None and self.content.startswith(LFS_POINTER)
        return self.problem if pointer or len(self.content) > self._file_size else None

    @cached_property
    def compared(self) -> bytes:
        """The text, followed by its NFKC form where that has other names: names compare so."""
        text = self.text
        if text.isascii():
            return text
        beyond = set(text.translate(None, _ASCII).decode("utf-8", "ignore"))
        if not any(map(_changes_names, beyond)):
            return text
        compared = unicodedata.normalize("NFKC", text.decode("utf-8", "replace"))
        return text + b"\n" + compared.encode("utf-8")

    def may_import(self, name: bytes) -> bool:
        """Whether it may import something whose dotted path has this part."""
        if name not in self._mentions:
            respelled = self.compared is not self.text
            self._mentions[name] = respelled or may_import(self.text, name)
        return self._mentions[name]

    @cached_property
    def may_import_relatively(self) -> bool:
        """Whether it may have a relative import; no is certain."""
        return self.compared is not self.text or _RELATIVE.search(self.text) is not None

    @cached_property
    def lexed(self) -> Lexed:
        """Its imports."""
        return lex(self.text)

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree; raises `UnparsableError`."""
        if isinstance(self._parsed, UnparsableError):
            raise self._parsed
        return self._parsed

    @cached_property
    def program(self) -> "tuple[Program, Problem | None]":
        """Its scopes and names; with a problem, only of what a parser can make sense of."""
        from bot.scanner.program import Program
        from bot.scanner.recovery import recovered

        if isinstance(self._parsed, ast.Module):
            return Program(self._parsed), None
        problem = self.problem or Problem(str(self._parsed))
        return Program(recovered(self.text) if self.parser else ast.Module([], [])), problem

    @cached_property
    def references(self) -> "tuple[References, Problem | None]":
        """The same, ready for questions about names."""
        from bot.scanner.references import References

        program, problem = self.program
        return References(program, self.text), problem

    @cached_property
    def _parsed(self) -> ast.Module | UnparsableError:
        if self.problem is not None:
            return UnparsableError(self.problem.reason)
        if not self.parser:
            return UnparsableError(GIVEN_UP)
        try:
            return tree(self.text)
        except UnparsableError as error:
            return error


@cache
def _changes_names(character: str) -> bool:
    """Whether a name with this character may have another in its NFKC form."""
    if not f"a{character}".isidentifier():
        return False
    joins = unicodedata.category(character) in {"Mn", "Mc"} or "\u1100" <= character <= "\u11ff"
    return joins or not unicodedata.is_normalized("NFKC", character)
