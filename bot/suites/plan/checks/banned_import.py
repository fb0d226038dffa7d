from collections.abc import Iterable, Iterator, Mapping

from bot.suites.plan.checks.tree import Tree, below, imports, parsed


def violations(
    tree: Tree,
    *,
    modules: tuple[str, ...],
    symbols: tuple[str, ...],
    instead: Mapping[str, str],
) -> Iterator[str]:
    """Every imported name that is, or lies below, a banned dotted path."""
    for file, module in parsed(tree, last_words((*modules, *symbols))):
        for line, symbol in imports(file, module):
            if symbol in symbols or below(symbol, modules):
                yield f"{file.path}:{line}: {advised(symbol, instead)}"


def last_words(paths: Iterable[str]) -> list[str]:
    """The last words of dotted paths, of which one must be in a file that names one."""
    return [path.rpartition(".")[2] for path in paths]


def advised(symbol: str, instead: Mapping[str, str]) -> str:
    """A dotted path, and what to write for it where that is known."""
    old = below(symbol, instead)
    return f"{symbol}; use {instead[old]}{symbol[len(old) :]}" if old else symbol
