import ast
from collections.abc import Iterator
from typing import Any

from bot.suites.plan.checks.names import ends_in, uses
from bot.suites.plan.checks.tree import Tree, matches, parsed


def violations(
    tree: Tree,
    *,
    events: tuple[str, ...],
    emitters: tuple[str, ...],
    calls: tuple[str, ...],
) -> Iterator[str]:
    """Every event that no emitter emits, and every emission by somebody else."""
    missing = dict.fromkeys(events)
    for place, event in emissions(tree, events, calls):
        if matches(place.rpartition(":")[0], emitters):
            missing.pop(event, None)
        else:
            yield f"{place}: {event} is emitted here; only emitters may"
    for event in missing:
        yield f"no emitter emits {event}"


def emissions(
    tree: Tree,
    events: tuple[str, ...],
    calls: tuple[str, ...],
) -> Iterator[tuple[str, str]]:
    """The places (path and line) that emit an event, and which."""
    words = [name.rpartition(".")[2] for name in calls]
    for file, module in parsed(tree, words):
        known = dict(constants(module))
        for use in uses(file, module):
            emits = any(ends_in(use.path, name) for name in calls)
            if emits and isinstance(use.call, ast.Call):
                for line, text in texts(use.call, known):
                    if text in events:
                        yield f"{file.path}:{line}", text


def texts(call: ast.Call, known: dict[str, str]) -> Iterator[tuple[int, str]]:
    """The strings that a call is given, written out or by the name of a constant."""
    given: list[Any] = [*call.args, *(one.value for one in call.keywords)]
    for one in given:
        value = one.value if isinstance(one, ast.Constant) else None
        if isinstance(one, ast.Name):
            value = known.get(one.id)
        if isinstance(value, str):
            yield one.lineno, value


def constants(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that stand for a string."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    yield target.id, node.value.value
