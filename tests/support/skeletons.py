"""Skeletons of rules as tests ask for them, and what they say of a small tree of files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.phase import Phase
from bot.domain.test_plan import Style, TestHabits
from bot.suites.plan.skeletons import names_of_tests, skeleton

PATH = "tests/unit/test_some_rule_7.py"


def rule_of(kind: str, parameters: Any, **changes: Any) -> Rule:
    """A rule of a kind."""
    return Rule(id="some-rule", kind=kind, parameters=parameters, **changes)


def text_of(
    rule: Rule,
    *,
    style: Style = Style.FUNCTIONS,
    path: str = PATH,
    markers: tuple[str, ...] = (),
    title: str = "One way",
    **changes: Any,
) -> str:
    """The skeleton of a rule; `changes` are of the configuration."""
    migration = Migration(issue=7, title=title, phase=Phase.DETECT, rules=(rule,))
    under = Configuration(**{"digest": "0" * 64, "migrations": (migration,), **changes})
    habits = TestHabits(style=style, directory="tests/unit", suffix=False, markers=markers)
    return skeleton(rule, path, under, migration, habits)


def lay(root: Path, files: Mapping[str, str]) -> None:
    """Write a tree of files."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def found_by(text: str, rule: Rule, root: Path) -> Sequence[str]:
    """What the test in a skeleton finds in a tree; its function is called as a runner would."""
    lay(root, {PATH: text})
    names: dict[str, Any] = {"__file__": str(root / PATH), "__name__": "skeleton"}
    exec(compile(text, PATH, "exec"), names)  # noqa: S102 - it is ours, and this is what it is for
    try:
        names[names_of_tests(rule, Style.FUNCTIONS)[0]]()
    except AssertionError as error:
        return str(error).splitlines()
    return []
