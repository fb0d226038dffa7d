from collections.abc import Iterator

from bot.suites.plan.checks.names import uses
from bot.suites.plan.checks.tree import Tree, parsed


def violations(
    tree: Tree,
    *,
    names: tuple[str, ...],
) -> Iterator[str]:
    """Every call of a banned function or class, resolved through imports."""
    words = [name.rpartition(".")[2] for name in names]
    for file, module in parsed(tree, words):
        for use in uses(file, module):
            if use.call and use.path in names:
                yield f"{file.path}:{use.node.lineno}: call of {use.path}"
