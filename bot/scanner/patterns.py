"""Rules of ast-grep on source text: https://ast-grep.github.io/reference/rule.html.

tree-sitter parses any text in some way, so a file with syntax errors is searched, too. What it
costs to match a hostile rule is not bounded here: it runs in a process that may be killed.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from bot.scanner.expressions import required
from bot.scanner.facts import Problem
from bot.scanner.limits import GIVEN_UP
from bot.scanner.matches import Span
from bot.scanner.reading import Reading
from bot.scanner.texts import excerpt

# https://ast-grep.github.io/reference/languages.html; other names make ast-grep panic.
LANGUAGES: Final[Mapping[str, Sequence[str]]] = {
    "bash": ("bash", "bats", "cgi", "command", "env", "fcgi", "ksh", "sh", "tmux", "tool", "zsh"),
    "c": ("c", "h"),
    "cpp": ("c++", "cc", "cpp", "cu", "cxx", "hh", "hpp", "ino"),
    "csharp": ("cs",),
    "css": ("css",),
    "dart": ("dart",),
    "elixir": ("ex", "exs"),
    "go": ("go",),
    "haskell": ("hs",),
    "hcl": ("hcl", "tf", "tfvars"),
    "html": ("htm", "html", "xhtml"),
    "java": ("java",),
    "javascript": ("cjs", "js", "jsx", "mjs"),
    "json": ("json",),
    "kotlin": ("kt", "ktm", "kts"),
    "lua": ("lua",),
    "markdown": ("markdown", "md"),
    "nix": ("nix",),
    "php": ("php",),
    "python": ("bzl", "py", "py3", "pyi"),
    "ruby": ("gemspec", "rb", "rbw"),
    "rust": ("rs",),
    "scala": ("sbt", "sc", "scala"),
    "solidity": ("sol",),
    "swift": ("swift",),
    "tsx": ("tsx",),
    "typescript": ("cts", "mts", "ts"),
    "yaml": ("yaml", "yml"),
}
MOST_MATCHES: Final = 10_000  # in one file

_LARGEST_RULE: Final = 10_000  # characters of JSON
_DEEPEST_RULE: Final = 32  # levels; ast-grep goes down by recursion
_LONGEST_MATCH: Final = 1000  # characters that are looked at
_TOO_MANY: Final = Problem(f"has more than {MOST_MATCHES} matches of one pattern")

_VARIABLE: Final = re.compile(r"\$\$\$|\$+(?=[A-Z_])")
_STANDS_FOR_VARIABLE: Final = "canon_variable_"
_CAUSE: Final = re.compile(r"^ +\d+: ", re.MULTILINE)
_WORD: Final = re.compile(r"[A-Za-z0-9_]{3,}")
_CONJUNCTION: Final = ("has", "inside", "precedes", "follows")


class _FailedError(Exception):
    """ast-grep refused something, or gave up; the message is fit for a report."""


def check(language: str, rule: Mapping[str, Any]) -> None:
    """Raise ValueError, with a text for the author, for what is no rule for that language."""
    if _depth(rule) > _DEEPEST_RULE:
        raise ValueError(f"a rule may be up to {_DEEPEST_RULE} levels deep")
    if len(json.dumps(rule)) > _LARGEST_RULE:
        raise ValueError(f"a rule may have up to {_LARGEST_RULE} characters")
    try:
        _matches(_root("", language), rule)
    except _FailedError as error:
        raise ValueError(f"not an ast-grep rule for {language}: {error}") from None


def pattern(
    language: str, rule: Mapping[str, Any]
) -> Callable[[Reading], tuple[Sequence[Span], Problem | None]]:
    """Finds what a rule matches in a text."""

    def ask(reading: Reading) -> tuple[Sequence[Span], Problem | None]:
        if reading.plain is None:
            return (), reading.unplain
        if not reading.parser:
            return (), Problem(GIVEN_UP)
        text = reading.plain.decode("utf-8", "replace")
        try:
            root = _root(text, language)
            found = _matches(root, rule)
            problem = reading.unplain or _errors(root, language)
        except _FailedError as error:
            return (), Problem(f"ast-grep gave up: {error}")
        spans = [_span(node, text) for node in found[:MOST_MATCHES]]
        return spans, problem if len(found) <= MOST_MATCHES else _TOO_MANY

    return ask


def words(language: str, rule: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Words of which one must be in a text for a rule to match; none where any text will do."""
    found: list[tuple[bytes, ...]] = []
    for key, value in rule.items():
        if key == "pattern" and isinstance(value, str):
            found += [(word,) for word in _names(language, value)]
        elif key == "regex":
            found += [(word.encode(),) for word in _WORD.findall(required(value).decode())]
        elif key in _CONJUNCTION:
            found.append(words(language, value))
        elif key == "all":
            found += [words(language, one) for one in value]
        elif key == "any":
            each = [words(language, one) for one in value]
            found.append(tuple(word for one in each for word in one) if all(each) else ())
    return max(filter(None, found), key=lambda one: min(map(len, one)), default=())


def _depth(value: object) -> int:
    deepest, pending = 0, [(value, 1)]
    while pending:
        one, depth = pending.pop()
        deepest = max(deepest, depth)
        if isinstance(one, Mapping):
            pending += [(below, depth + 1) for below in one.values()]
        elif isinstance(one, Sequence) and not isinstance(one, str):
            pending += [(below, depth + 1) for below in one]
    return deepest


def _root(text: str, language: str) -> Any:
    """The tree of a text; raises `_FailedError`."""
    from ast_grep_py import SgRoot

    with _failing():
        return SgRoot(text, language).root()


def _matches(root: Any, rule: Mapping[str, Any]) -> list[Any]:
    """The nodes that match, in their order; raises `_FailedError`."""
    config: Any = {"rule": rule}  # its types know rules by their keys only
    with _failing():
        return list(root.find_all(config))


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # A panic of Rust is no Exception, and its type cannot be imported.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise _FailedError(_reason(error)) from None
        raise


def _reason(error: BaseException) -> str:
    """The last cause of an error, without the places in ast-grep's code."""
    causes = str(error).partition("\n\nStack backtrace:")[0]
    return excerpt(_CAUSE.split(causes)[-1])


def _errors(root: Any, language: str) -> Problem | None:
    """The first place that tree-sitter had to leave out of its tree."""
    error = root.find(kind="ERROR")
    if error is None:
        return None
    start = error.range().start
    return Problem(f"syntax error at {start.line + 1}:{start.column + 1} (as {language})")


def _span(node: Any, text: str) -> Span:
    place = node.range()
    start, end = place.start.index, min(place.end.index, place.start.index + _LONGEST_MATCH)
    return Span(place.start.line + 1, place.start.column + 1, excerpt(text[start:end]))


def _names(language: str, code: str) -> Iterator[bytes]:
    """The names in a pattern that are no variables of it: they must be in the text as they are."""
    from ast_grep_py import SgRoot

    pending = [SgRoot(_VARIABLE.sub(_STANDS_FOR_VARIABLE, code), language).root()]
    while pending:
        node = pending.pop()
        pending += node.children()
        name = node.text() if node.is_leaf() and "identifier" in node.kind() else ""
        if _WORD.fullmatch(name) and _STANDS_FOR_VARIABLE not in name:
            yield name.encode()
