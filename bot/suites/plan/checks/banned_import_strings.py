import ast
from collections.abc import Iterator, Mapping

from bot.suites.plan.checks.banned_import import advised, last_words
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
    modules: tuple[str, ...],
    symbols: tuple[str, ...],
    instead: Mapping[str, str],
) -> Iterator[str]:
    """Every name, imported or given as a target, that is or lies below a banned path."""
    for file, module in parsed(tree, last_words((*modules, *symbols))):
        for line, symbol in [*imports(file, module), *targets(file, module)]:
            if symbol in symbols or below(symbol, modules):
                yield f"{file.path}:{line}: {advised(symbol, instead)}"


def targets(file: File, module: ast.Module) -> Iterator[tuple[int, str]]:
    """The strings that tell such functions as `patch` what they are about."""
    for use in uses(file, module):
        if isinstance(use.call, ast.Call) and use.path.lstrip("?") in TAKE_TARGETS:
            given = [one.value for one in use.call.keywords if one.arg == "target"]
            for value in [*use.call.args[:1], *given]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.lineno, absolute(file, value.value)
