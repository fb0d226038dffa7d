"""How a skeleton checks a rule of each kind: one table."""

import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.configuration import Configuration, Rule
from bot.scanner.globs import translate


class Code(str):
    """Python source, as opposed to a value that is still to be written as source."""

    __slots__ = ()


class Expression(str):
    """A regular expression, which is written as a raw string."""

    __slots__ = ()


_DEFAULT: Final = Configuration(digest="", migrations=())

Value = str | bool | int | Sequence[str] | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The test of a kind: its name, the module of `checks` that finds violations, the arguments.

    What depends on the parameters of a rule is a function of these.
    `python`: only Python files are looked at. `about` is what the check is told of the files.
    """

    claim: str
    check: str | Callable[[Any], str]
    arguments: Callable[[Any], Mapping[str, Value]]
    python: bool = True
    about: str = "Tree(ROOT, ROOTS, files)"


def check_of(known: Recipe, rule: Rule) -> str:
    """The module of `checks` for a rule."""
    return known.check if isinstance(known.check, str) else known.check(rule.parameters)


def recipe(rule: Rule) -> Recipe | None:
    """The recipe for a rule; None where only Canon itself can tell.

    That is so for kinds that look beyond one file, and for expressions of RE2 that Python's `re`
    does not know, or might read otherwise.
    """
    known = _RECIPES.get(rule.kind)
    if known is None:
        return None
    given = known.arguments(rule.parameters).values()
    written = (one for one in given if isinstance(one, Expression))
    return known if all(map(_is_known_to_python, written)) else None


def _is_known_to_python(expression: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(expression)
        except (re.error, Warning, RecursionError, OverflowError):
            return False
    return True


def globs(patterns: Iterable[str]) -> tuple[Expression, ...]:
    """gitignore-style patterns as expressions of which one must match the start of a path.

    The last pattern that matches decides, so what a later `!` takes back is left out beforehand.
    """
    written = list(patterns)
    found = []
    for position, pattern in enumerate(written):
        if not pattern.startswith("!"):
            later = [one for one in written[position + 1 :] if one.startswith("!")]
            taken_back = "".join(f"(?!{_plain(one)})" for one in later)
            found.append(Expression(taken_back + _plain(pattern)))
    return tuple(found)


def _plain(pattern: str) -> str:
    """Without atomic groups, which Python has since 3.11 only; they guard against slowness."""
    return translate(pattern).replace("(?>", "(?:")


def roots(configuration: Configuration) -> tuple[Expression, ...]:
    """The import roots as expressions for the beginning of a path."""
    found = []
    for root in configuration.roots:
        folder = root.removeprefix("./").strip("/")
        found.append(Expression("" if folder in {".", ""} else _plain(f"/{folder}/")))
    return tuple(found)


def included(configuration: Configuration, *, python: bool) -> tuple[Expression, ...]:
    """The files that are looked at; kinds for any file heed an `include` that somebody wrote."""
    if (
        not python
        and configuration.include == Configuration.__dataclass_fields__["include"].default
    ):
        return (Expression(""),)
    return globs(configuration.include)


def excluded(rule: Rule, configuration: Configuration) -> tuple[Expression, ...]:
    """The files that nobody looks at, or where the rule allows what it forbids elsewhere."""
    allow = getattr(rule.parameters, "allow", ())
    lists = (configuration.exclude, rule.exclude, allow)
    return tuple(dict.fromkeys(one for patterns in lists for one in globs(patterns)))


def _banned_import(parameters: Any) -> Mapping[str, Value]:
    replacement = parameters.replacement
    banned = (*parameters.modules, *parameters.symbols)
    instead = (
        dict(replacement)
        if isinstance(replacement, Mapping)
        else dict.fromkeys(banned, replacement)
        if replacement
        else {}
    )
    return {
        "modules": parameters.modules,
        "symbols": parameters.symbols,
        "instead": instead,
    }


def _single_definition(parameters: Any) -> Mapping[str, Value]:
    return {
        "name": Expression(parameters.class_ or parameters.function),
        "is_class": parameters.class_ is not None,
        "canonical": parameters.canonical.removeprefix("./"),
        "nested": parameters.nested,
    }


def _single_file(parameters: Any) -> Mapping[str, Value]:
    keep = tuple(path.removeprefix("./") for path in parameters.keep)
    return {"meant": globs(parameters.files), "keep": keep}


_RECIPES: Final[Mapping[str, Recipe]] = {
    "absent-file": Recipe(
        claim="no_legacy_file_is_left",
        check="absent_file",
        arguments=lambda parameters: {"gone": globs(parameters.files)},
        python=False,
        about="files",
    ),
    "banned-call": Recipe(
        claim="nothing_calls_what_is_banned",
        check="banned_call",
        arguments=lambda parameters: {"names": parameters.names},
    ),
    "banned-import": Recipe(
        claim="nothing_imports_what_is_banned",
        check=lambda parameters: "banned_import_strings" if parameters.strings else "banned_import",
        arguments=_banned_import,
    ),
    "banned-name": Recipe(
        claim="nothing_uses_a_banned_name",
        check="banned_name",
        arguments=lambda parameters: {"names": parameters.names},
    ),
    "dual-import": Recipe(
        claim="no_file_imports_from_both",
        check="dual_import",
        arguments=lambda parameters: {"modules": parameters.modules},
    ),
    "duplicate-registration": Recipe(
        claim="every_key_has_one_handler",
        check="duplicate_registration",
        arguments=lambda parameters: {"register": parameters.call, "key": parameters.key},
    ),
    "event-contract": Recipe(
        claim="every_event_is_emitted_by_its_emitters_alone",
        check="event_contract",
        arguments=lambda parameters: {
            "events": parameters.events,
            "emitters": globs(parameters.emitters),
            "calls": parameters.calls,
        },
    ),
    "regex": Recipe(
        claim="no_text_matches",
        check="regex",
        arguments=lambda parameters: {
            "pattern": Expression(parameters.pattern),
            "own": Code("__file__"),
        },
        python=False,
        about="Tree(ROOT, (), files)",
    ),
    "single-definition": Recipe(
        claim="there_is_one_definition",
        check="single_definition",
        arguments=_single_definition,
    ),
    "single-file": Recipe(
        claim="there_is_one_such_file",
        check="single_file",
        arguments=_single_file,
        python=False,
        about="files",
    ),
}
