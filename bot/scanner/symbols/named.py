"""Classes by their name, wherever they are."""

from collections.abc import Callable, Iterable, Iterator

from bot.scanner.names import full_match
from bot.scanner.symbols.facts import Alias, Binding, Class, Imported, Made
from bot.scanner.symbols.table import Origin, Table


def classes_named(table: Table, paths: Iterable[str], pattern: str) -> Iterator[Origin]:
    """The classes of some files that have, or are given, a name that matches as a whole.

    What a call makes is given as it is: whether it is a class, only running it tells.
    """
    matches = full_match(pattern)
    for path in paths:
        module = table.layout.file(path).module or ""
        symbols = table.symbols(path)
        for one in (*symbols.bindings, *symbols.inner):
            yield from _in(one, one.name, module, path, matches)
        for name in dict.fromkeys(one.name for one in symbols.bindings):
            whats = {type(one.what) for one in symbols.bindings if one.name == name}
            if whats & {Alias, Imported, Made} and matches(name):
                for origin in table.name_at(path, name, float("inf")):
                    if origin.kind in {"class", "made"}:
                        yield origin._replace(hops=())


def _in(
    binding: Binding, name: str, module: str, path: str, matches: Callable[[str], object]
) -> Iterator[Origin]:
    """A class with a matching name, and those inside it."""
    if isinstance(binding.what, Class):
        if matches(name.rpartition(".")[2]):
            yield Origin("class", module, path, name, binding)
        for one in binding.what.members:
            yield from _in(one, f"{name}.{one.name}", module, path, matches)
