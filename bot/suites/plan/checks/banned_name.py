from collections.abc import Iterator

from bot.suites.plan.checks.names import Use, ends_in, uses
from bot.suites.plan.checks.tree import File, Tree, parsed


def violations(
    tree: Tree,
    *,
    names: tuple[str, ...],
) -> Iterator[str]:
    """Every use of a banned name outside of its own definition and import."""
    words = [name.rpartition(".")[2] for name in names]
    for file, module in parsed(tree, words):
        for use in uses(file, module):
            found = used(file, use, names)
            if found:
                yield f"{file.path}:{use.node.lineno}: use of {found}"


def used(file: File, use: Use, names: tuple[str, ...]) -> str:
    """The banned name that a use is of, or of something in; empty for none."""
    path = use.path
    while path.strip("?"):
        for name in names:
            if ends_in(path, name) and not inside(file, use.within, name):
                return name
        path = path.rpartition(".")[0]
    return ""


def inside(file: File, within: str, name: str) -> bool:
    """Whether code within some definitions belongs to the definition of a name."""
    around = f"{file.module}.{within}" if file.module else within
    while within:
        if ends_in(around, name):
            return True
        within, around = within.rpartition(".")[0], around.rpartition(".")[0]
    return False
