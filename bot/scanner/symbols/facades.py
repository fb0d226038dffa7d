"""Modules that offer nothing of their own."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.scanner.symbols.facts import Binding, Imported
from bot.scanner.symbols.table import Origin, Table


class Facade(NamedTuple):
    """A module whose public names all come from other modules of the repository.

    `leads_to` are the modules that define them, `chain` is how many imports the longest way there
    takes. The place is that of the first name.
    """

    path: str
    module: str
    leads_to: tuple[str, ...]
    chain: int
    line: int
    column: int


def facade(table: Table, path: str) -> Facade | None:
    """The module at a path as a facade; None if it is none, or if only running it tells."""
    module = table.layout.file(path).module or ""
    symbols = table.symbols(path)
    if symbols.problem or symbols.opened or symbols.vague:
        return None
    found: list[Origin] = []
    for name in table.exported(path):
        origins = table.resolve(module, name)
        if all((one.kind, one.module) == ("module", f"{module}.{name}") for one in origins):
            continue  # a submodule is there anyway
        if any(one.kind == "unknown" and not one.hops for one in origins):
            return None
        elsewhere = [one for one in origins if _is_elsewhere(one, module, table)]
        outside = all(one.kind in {"outside", "unknown"} for one in origins)
        if len(elsewhere) < len(origins) and not outside:
            return None
        found += elsewhere
    if not found:
        return None
    first = next(_places(symbols.bindings, table, path), None)
    if first is None:
        return None
    leads_to = dict.fromkeys(sorted(_end(one) for one in found))
    chain = max(_length(one) for one in found)
    return Facade(path, module, tuple(leads_to), chain, first.line, first.column)


def _is_elsewhere(origin: Origin, module: str, table: Table) -> bool:
    """Whether a name comes from another module of the repository."""
    if origin.kind in {"outside", "unknown"}:
        return len(origin.hops) > 1
    if origin.kind == "module":
        return bool(table.layout.files(origin.module))
    return origin.module != module


def _end(origin: Origin) -> str:
    """The last module of the repository on the way to what a name stands for."""
    return origin.hops[-1] if origin.kind in {"outside", "unknown"} else origin.module


def _length(origin: Origin) -> int:
    """How many imports it takes from the module to the one that defines a name."""
    passed = len(origin.hops)
    return max(passed - 1 if origin.kind in {"outside", "unknown"} else passed, 1)


def _places(bindings: Sequence[Binding], table: Table, path: str) -> Iterator[Binding]:
    """The imports from the repository, in order."""
    for one in bindings:
        if isinstance(one.what, Imported):
            module = table.absolute(path, one.what.module)
            if module is not None and table.layout.exists(module):
                yield one
