"""Finds rule kinds by name: the module `bot.scanner.rules.banned_import` is `banned-import`.

There is no table to keep. A module is imported when its kind is asked for, not before.
"""

import importlib
from collections.abc import Sequence
from importlib.util import find_spec

from bot.domain.errors import InputError
from bot.scanner import rules
from bot.scanner.kind import Kind


class UnknownKindError(InputError):
    """No rule kind has this name."""


def kind(name: str) -> Kind:
    """The kind of this name, as written in canon.yml; raises `UnknownKindError`."""
    module = name.replace("-", "_")
    path = f"{rules.__name__}.{module}"
    if "_" in name or not module.isidentifier() or find_spec(path) is None:
        raise UnknownKindError(f"there is no rule kind {name!r}; known are {', '.join(names())}")
    found: Kind = importlib.import_module(path).KIND
    return found


def names() -> Sequence[str]:
    """The names of all kinds, sorted; imports none of them."""
    from pkgutil import iter_modules

    return sorted(module.name.replace("_", "-") for module in iter_modules(rules.__path__))


def all_kinds() -> Sequence[Kind]:
    """Every kind, by name."""
    return [kind(name) for name in names()]
