from collections.abc import Iterator

from bot.suites.plan.checks.tree import Tree, below, imports, parsed


def violations(
    tree: Tree,
    *,
    modules: tuple[str, ...],
) -> Iterator[str]:
    """Every file that imports from two or more of the modules."""
    words = [path.rpartition(".")[2] for path in modules]
    for file, module in parsed(tree, words):
        first: dict[str, int] = {}
        for line, symbol in sorted(imports(file, module)):
            found = below(symbol, modules)
            if found:
                first.setdefault(found, line)
        if len(first) > 1:
            line = list(first.values())[1]
            yield f"{file.path}:{line}: imports from {' and from '.join(first)}"
