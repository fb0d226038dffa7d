"""Tests that fail while a rule has violations and pass once it has none, as source text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent, wrap
from typing import Final

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.test_plan import Style, TestHabits, TestPlan
from bot.suites.plan import recipes
from bot.suites.plan.inlining import Inlined, import_lines, inlined
from bot.suites.plan.literals import plain, written
from bot.suites.plan.recipes import Recipe, Value

_WIDTH: Final = 88


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A file of tests to be written, for one rule."""

    path: str
    text: str
    rule: str


def skeletons(
    plan: TestPlan, configuration: Configuration, migration: Migration
) -> tuple[Skeleton, ...]:
    """The files of the tests that a plan misses."""
    rules = {rule.id: rule for rule in migration.rules}
    return tuple(
        Skeleton(
            one.path,
            skeleton(rules[one.rule], one.path, configuration, migration, plan.habits),
            one.rule,
        )
        for one in plan.missing
    )


def names_of_tests(rule: Rule, style: Style) -> tuple[str, ...]:
    """The node ids, after the path, of the tests in a rule's skeleton."""
    name = _test_name(recipes.recipe(rule))
    return (name if style is Style.FUNCTIONS else f"{_class_name(rule, style)}::{name}",)


def skeleton(
    rule: Rule, path: str, configuration: Configuration, migration: Migration, habits: TestHabits
) -> str:
    """The source of one file. It imports the standard library alone, and pytest for markers."""
    known = recipes.recipe(rule)
    check = _Check(rule, configuration, known) if known else _Scan(rule, migration)
    return _File(rule, migration, habits, path, check).text()


def _test_name(known: Recipe | None) -> str:
    return f"test_{known.claim}" if known else "test_the_rule_has_no_violations"


def _class_name(rule: Rule, style: Style) -> str:
    words = "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", rule.id))
    return f"Test{words}" if style is Style.CLASSES else f"{words}Test"


class _Check:
    """A test that looks for violations by itself."""

    def __init__(self, rule: Rule, configuration: Configuration, known: Recipe) -> None:
        self.name = _test_name(known)
        self._rule = rule
        self._known = known
        files = inlined("tree", ["paths", *(["matches"] if rule.include else [])])
        self.code = inlined(recipes.check_of(known, rule), ["violations"]).joined(files)
        given = {name.upper(): value for name, value in known.arguments(rule.parameters).items()}
        self.constants: Mapping[str, Value] = {
            **({"ROOTS": recipes.roots(configuration)} if known.python else {}),
            "INCLUDE": recipes.included(configuration, python=known.python),
            **({"ONLY": recipes.globs(rule.include)} if rule.include else {}),
            "EXCLUDE": recipes.excluded(rule, configuration),
            **{name: value for name, value in given.items() if not isinstance(value, recipes.Code)},
        }

    def setup(self, style: Style) -> Sequence[str]:
        """Nothing needs to be there beforehand."""
        del style
        return ()

    def body(self) -> Iterator[str]:
        """Statements that give `found` the violations, one line of text each."""
        yield "files = paths(ROOT, INCLUDE, EXCLUDE)"
        if self._rule.include:
            yield "files = (path for path in files if matches(path, ONLY))"
        yield "found = list("
        yield "    violations("
        yield f"        {self._known.about},"
        for name, value in self._known.arguments(self._rule.parameters).items():
            given = value if isinstance(value, recipes.Code) else name.upper()
            yield f"        {name}={given},"
        yield "    )"
        yield ")"

    def parameters(self) -> str:
        """What a test function asks for."""
        return ""


class _Scan:
    """A test that asks Canon, for kinds of which nobody else knows what they find.

    Where Canon cannot tell, the test ends in an error of its set-up, which is no failure.
    """

    constants: Mapping[str, Value] = {}

    def __init__(self, rule: Rule, migration: Migration) -> None:
        self.name = _test_name(None)
        self._rule = rule
        self._migration = migration
        self.code = inlined("scanned", ["scanned"])

    def setup(self, style: Style) -> Sequence[str]:
        """Something that scans before the test."""
        call = f"scanned(ROOT, {self._migration.issue}, {written(self._rule.id)})"
        if style is Style.UNITTEST:
            return (
                "@classmethod",
                "def setUpClass(cls) -> None:",
                f"    cls.found = {call}",
            )
        return (
            "@pytest.fixture",
            f"def found({'self' if style is Style.CLASSES else ''}) -> list[str]:",
            f"    return {call}",
        )

    def body(self) -> Iterator[str]:
        """Nothing: the set-up has done it."""
        return iter(())

    def parameters(self) -> str:
        """What a test function asks for."""
        return "found: list[str]"


class _File:
    def __init__(
        self,
        rule: Rule,
        migration: Migration,
        habits: TestHabits,
        path: str,
        check: "_Check | _Scan",
    ) -> None:
        self._rule = rule
        self._migration = migration
        self._habits = habits
        self._depth = path.count("/")
        self._check = check

    def text(self) -> str:
        code = self._check.code
        head = [
            *self._docstring(),
            f"# canon: detects[{self._rule.id}]",
            "",
            *self._imports(code),
            "",
            f"ROOT = Path(__file__).resolve().parents[{self._depth}]",
            *(f"{name} = {written(value)}" for name, value in self._check.constants.items()),
            *code.constants,
        ]
        blocks = ["\n".join(self._test()), *code.definitions]
        return "\n".join(head) + "\n\n\n" + "\n\n\n".join(blocks) + "\n"

    def _docstring(self) -> Iterator[str]:
        migration, rule = self._migration, self._rule
        yield from wrap(
            f'"""Rule {rule.id} of #{migration.issue} ({plain(migration.title)}).', _WIDTH
        )
        yield ""
        if rule.message:
            yield from wrap(plain(rule.message), _WIDTH)
            yield ""
        target = f"more than {rule.target:,} violations" if rule.target else "violations"
        yield from wrap(
            f"The test fails while the rule has {target}, and passes from then on. It reads the"
            " source only, and imports nothing of it.",
            _WIDTH,
        )
        yield '"""'

    def _imports(self, code: Inlined) -> Iterator[str]:
        yield "from __future__ import annotations"
        yield ""
        standard = {*code.standard, ("pathlib", "Path")}
        if self._habits.style is Style.UNITTEST:
            standard.add(("", "unittest"))
        yield from import_lines(standard)
        if self._marks or (isinstance(self._check, _Scan) and not self._is_unittest):
            yield ""
            yield "import pytest"

    @property
    def _is_unittest(self) -> bool:
        return self._habits.style is Style.UNITTEST

    @property
    def _marks(self) -> Sequence[str]:
        return [f"@pytest.mark.{marker}" for marker in self._habits.markers]

    def _test(self) -> Iterator[str]:
        style = self._habits.style
        setup = self._check.setup(style)
        if style is Style.FUNCTIONS:
            if setup:
                yield from (*setup, "", "")
            yield from (*self._marks, *self._function(""))
            return
        base = "(unittest.TestCase)" if style is Style.UNITTEST else ""
        yield from self._marks
        yield f"class {_class_name(self._rule, style)}{base}:"
        yield f'    """Rule {self._rule.id} of #{self._migration.issue}."""'
        yield ""
        if setup:
            yield from (indent(line, "    ") for line in setup)
            yield ""
        yield from (indent(line, "    ") for line in self._function("self"))

    def _function(self, receiver: str) -> Iterator[str]:
        asked = "" if self._is_unittest else self._check.parameters()
        parameters = ", ".join(filter(None, (receiver, asked)))
        yield f"def {self._check.name}({parameters}) -> None:"
        yield f'    """Rule {self._rule.id} of #{self._migration.issue}."""'
        yield from (f"    {line}" for line in self._check.body())
        found = "self.found" if self._is_unittest and isinstance(self._check, _Scan) else "found"
        target = self._rule.target
        if self._is_unittest:
            assertion = (
                f"self.assertLessEqual(len({found}), {target}, "
                if target
                else f"self.assertFalse({found}, "
            )
            yield f'    {assertion}"\\n".join({found}))'
        else:
            condition = f"len({found}) <= {target}" if target else f"not {found}"
            yield f'    assert {condition}, "\\n".join({found})'
