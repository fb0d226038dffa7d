"""What a migration is about, by name: the modules, classes and events that its rules speak of."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from bot.domain.configuration import Rule
from bot.scanner.dotted import Prefixes
from bot.scanner.globs import Globs
from bot.scanner.modules import Roots


class Form(Enum):
    """How a text names what is meant."""

    BELOW = auto()  # a dotted path, and whatever lies below it
    DIRECT = auto()  # a dotted path, and what lies directly below it
    EXACT = auto()  # a dotted path
    GLOB = auto()  # a dotted path with * and **, and whatever lies below
    NAME = auto()  # a regular expression of RE2 for a whole name, wherever it comes from
    EVENT = auto()  # a string


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a rule names.

    `must_change`: it goes away with the migration. `replacement` takes the place of `text` in a
    dotted path.
    """

    form: Form
    text: str
    must_change: bool = False
    replacement: str | None = None


ModulesOf = Callable[[Sequence[str]], Iterable[str]]
"""The modules that globs of files stand for."""


def subjects_of(rule: Rule, modules_of: ModulesOf) -> tuple[Subject, ...]:
    """What a rule names; nothing for kinds that describe code rather than name it."""
    named = _KINDS.get(rule.kind)
    return tuple(dict.fromkeys(named(rule.parameters, modules_of))) if named else ()


def modules_in(paths: Iterable[str], roots: Roots) -> ModulesOf:
    """How globs become modules: by the paths there are, and by what the globs themselves say."""
    known = list(paths)

    def modules_of(globs: Sequence[str]) -> Iterator[str]:
        matching = Globs(globs)
        plain = (glob for glob in globs if not _WILD.search(glob))
        for path in (*plain, *filter(matching.match, known)):
            module = roots.file(path.removeprefix("./")).module
            if module:
                yield module

    return modules_of


_WILD: Final = re.compile(r"[*?\[!\\]|/$")


def _banned_import(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    replacement = parameters.replacement
    targets = {
        **dict.fromkeys(parameters.modules, Form.BELOW),
        **dict.fromkeys(parameters.symbols, Form.EXACT),
    }
    if isinstance(replacement, Mapping):
        banned = Prefixes(parameters.modules)
        targets |= {old: Form.BELOW for old in replacement if banned.over(old) is not None}
        over = Prefixes(replacement)
        for path, form in targets.items():
            old = over.over(path)
            new = None if old is None else replacement[old] + path.removeprefix(old)
            yield Subject(form, path, must_change=True, replacement=new)
        yield from (Subject(Form.DIRECT, new) for new in replacement.values())
        return
    for path, form in targets.items():
        yield Subject(form, path, must_change=True, replacement=replacement)
    if replacement is not None:
        yield Subject(Form.DIRECT, replacement)


def _dual_import(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    yield from (Subject(Form.BELOW, module) for module in parameters.modules)


def _banned_name(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    for name in parameters.names:
        yield _named(name, Form.BELOW, must_change=True)


def _banned_call(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    for name in parameters.names:
        yield _named(name, Form.EXACT, must_change=True)


def _duplicate_registration(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    yield _named(parameters.call, Form.EXACT)


def _single_file(parameters: Any, modules_of: ModulesOf) -> Iterator[Subject]:
    kept = set(modules_of(parameters.keep))
    yield from (Subject(Form.BELOW, module) for module in sorted(kept))
    for module in sorted({*modules_of(parameters.files)} - kept):
        yield Subject(Form.BELOW, module, must_change=True)


def _absent_file(parameters: Any, modules_of: ModulesOf) -> Iterator[Subject]:
    for module in sorted(set(modules_of(parameters.files))):
        yield Subject(Form.BELOW, module, must_change=True)


def _single_definition(parameters: Any, modules_of: ModulesOf) -> Iterator[Subject]:
    yield Subject(Form.NAME, parameters.class_ or parameters.function)
    place, _, name = parameters.canonical.partition(":")
    if name:
        yield Subject(Form.EXACT, f"{place}.{name}")
    else:
        yield from (Subject(Form.DIRECT, module) for module in modules_of([place]))


def _interface(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    yield Subject(Form.BELOW, parameters.reference.replace(":", "."))
    implementations = parameters.implementations
    if isinstance(implementations, Mapping):
        yield Subject(Form.NAME, implementations["class"])
        return
    for implementation in implementations:
        yield Subject(Form.BELOW, implementation.replace(":", "."))


def _module_globs(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    yield from (Subject(Form.GLOB, glob) for glob in parameters.modules)


def _required_symbol(parameters: Any, _: ModulesOf) -> Iterator[Subject]:
    yield from (Subject(Form.BELOW, f"{parameters.module}.{name}") for name in parameters.names)


def _event_contract(parameters: Any, modules_of: ModulesOf) -> Iterator[Subject]:
    yield from (Subject(Form.EVENT, event) for event in parameters.events)
    plain = [glob for glob in parameters.emitters if not _WILD.search(glob)]
    yield from (Subject(Form.DIRECT, module) for module in modules_of(plain))


def _named(name: str, dotted: Form, *, must_change: bool = False) -> Subject:
    """A name as it is written: bare, or a dotted path."""
    if "." in name:
        return Subject(dotted, name, must_change=must_change)
    return Subject(Form.NAME, re.escape(name), must_change=must_change)


_KINDS: Final[Mapping[str, Callable[[Any, ModulesOf], Iterator[Subject]]]] = {
    "banned-import": _banned_import,
    "banned-name": _banned_name,
    "dual-import": _dual_import,
    "single-file": _single_file,
    "absent-file": _absent_file,
    "single-definition": _single_definition,
    "interface": _interface,
    "facade": _module_globs,
    "dangling-import": _module_globs,
    "required-symbol": _required_symbol,
    "banned-call": _banned_call,
    "event-contract": _event_contract,
    "duplicate-registration": _duplicate_registration,
}
