import ast
from collections.abc import Iterator, Mapping

from bot.suites.plan.checks.names import uses
from bot.suites.plan.checks.tree import File, Tree, absolute, below, imports, parsed

TAKE_TARGETS = {
    "__import__",
    "import_module",
    "importlib.import_module",
    "monkeypatch.setattr",
    "monkeypatch.delattr",
    *("patch", "mock.patch", "mocker.patch", "unittest.mock.patch"),
    *("patch.dict", "mock.patch.dict", "mocker.patch.dict", "unittest.mock.patch.dict"),
    *("patch.multiple", "mock.patch.multiple", "mocker.patch.multiple"),
    "unittest.mock.patch.multiple",
}


def violations(
    tree: Tree,
    *,
    modules: tuple[str, ...] = (),
    symbols: tuple[str, ...] = (),
    instead: Mapping[str, str],
    strings: bool = False,
) -> Iterator[str]:
    """Every imported name that is, or lies below, a banned dotted path."""
    words = [path.rpartition(".")[2] for path in (*modules, *symbols)]
    for file, module in parsed(tree, words):
        found = list(imports(file, module))
        found += targets(file, module) if strings else []
        for line, symbol in found:
            if symbol in symbols or below(symbol, modules):
                old = below(symbol, instead)
                new = f"; use {instead[old]}{symbol[len(old) :]}" if old else ""
                yield f"{file.path}:{line}: {symbol}{new}"


def targets(file: File, module: ast.Module) -> Iterator[tuple[int, str]]:
    """The strings that tell such functions as `patch` what they are about."""
    for use in uses(file, module):
        if isinstance(use.call, ast.Call) and use.path.lstrip("?") in TAKE_TARGETS:
            given = [one.value for one in use.call.keywords if one.arg == "target"]
            for value in [*use.call.args[:1], *given]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.lineno, absolute(file, value.value)
