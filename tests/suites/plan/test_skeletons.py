"""Skeletons fail while the violation exists and pass when it is gone: found by running them."""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.test_plan import Style
from bot.scanner.globs import Globs
from bot.scanner.kind import Example, Kind
from bot.scanner.kinds import all_kinds
from bot.scanner.rules.absent_file import Parameters as AbsentFile
from bot.scanner.rules.banned_import import Parameters as BannedImport
from bot.scanner.rules.regex import Parameters as Regex
from bot.scanner.rules.shared_state import Parameters as SharedState
from bot.suites.plan.recipes import globs, recipe
from tests.support.gitrepo import GitRepository
from tests.support.skeletons import PATH, found_by, lay, rule_of, text_of

KINDS = [kind for kind in all_kinds() if recipe(rule_of(kind.name, kind.examples[0].parameters))]
LEGACY = BannedImport(modules=("shop.legacy",), replacement="shop.orders")
USES = "from shop.legacy import Cart\n"


CASES = [
    pytest.param(kind, example, id=f"{kind.name}-{number}")
    for kind in KINDS
    for number, example in enumerate(kind.examples)
]


@pytest.mark.parametrize(("kind", "example"), CASES)
def test_a_skeleton_finds_in_every_example_what_its_rule_finds(
    kind: Kind, example: Example, tmp_path: Path
) -> None:
    rule = rule_of(kind.name, example.parameters)
    lay(tmp_path, example.files)
    assert len(found_by(text_of(rule), rule, tmp_path)) == len(example.finds)


def outcomes(root: Path, *, path: str | None = None) -> Mapping[str, str]:
    """The outcome of each test, by folder and name, of a real run of pytest."""
    environment = {**os.environ, "PATH": path or os.environ["PATH"], "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib"]
    command += ["-p", "no:cacheprovider", "-W", "error", "--junitxml=junit.xml", str(root)]
    subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    found = {}
    for case in ET.parse(root / "junit.xml").iter("testcase"):  # noqa: S314 - pytest wrote it
        end = next((child.tag for child in case if child.tag in {"failure", "error"}), "passed")
        found[f"{case.get('classname')}.{case.get('name')}".split(".")[0]] = end
    return found


@pytest.mark.parametrize("style", Style)
def test_in_each_style_every_kind_fails_before_and_passes_after(
    style: Style, tmp_path: Path
) -> None:
    for kind in KINDS:
        folder = tmp_path / kind.name.replace("-", "_")
        bad = next(example for example in kind.examples if example.finds)
        text = text_of(rule_of(kind.name, bad.parameters), style=style)
        lay(folder, {**bad.files, PATH: text})
    names = {kind.name.replace("-", "_") for kind in KINDS}
    assert outcomes(tmp_path) == dict.fromkeys(names, "failure")
    for kind in KINDS:
        folder = tmp_path / kind.name.replace("-", "_")
        bad = next(example for example in kind.examples if example.finds)
        for path in bad.files:
            (folder / path).unlink()
        same = (one for one in kind.examples if not one.finds and one.parameters == bad.parameters)
        good = next(same, None)
        if good is not None:
            lay(folder, good.files)
    assert outcomes(tmp_path) == dict.fromkeys(names, "passed")


@pytest.mark.parametrize("style", Style)
def test_skeletons_are_clean_and_formatted(style: Style, tmp_path: Path) -> None:
    for kind in all_kinds():
        for number, example in enumerate(kind.examples):
            rule = rule_of(kind.name, example.parameters, message="Use the other one.")
            name = f"test_{kind.name.replace('-', '_')}_{number}.py"
            lay(tmp_path, {name: text_of(rule, style=style, markers=("unit",))})
    for command in (["check"], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) in {(0, ""), (0, "All checks passed!\n")}


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_skeleton_imports_the_standard_library_alone(kind: Kind) -> None:
    text = text_of(rule_of(kind.name, kind.examples[0].parameters))
    modules = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else _names(node))
    }
    assert modules <= sys.stdlib_module_names | {"pytest"}
    ast.parse(text, feature_version=(3, 9))


def _names(node: ast.Import) -> list[str]:
    return [one.name for one in node.names]


def test_a_skeleton_tells_its_rule_its_issue_and_what_is_asked_of_the_author() -> None:
    text = text_of(rule_of("banned-import", LEGACY, message="The factory is going away"))
    module = ast.parse(text)
    docstring = ast.get_docstring(module) or ""
    assert docstring.startswith("Rule some-rule of #7 (One way).\n\nThe factory is going away\n")
    assert "\n# canon: detects[some-rule]\n" in text
    test = next(node for node in module.body if isinstance(node, ast.FunctionDef))
    assert ast.get_docstring(test) == "Rule some-rule of #7."


def test_the_failure_names_the_place_and_what_to_write_instead(tmp_path: Path) -> None:
    rule = rule_of("banned-import", LEGACY)
    lay(tmp_path, {"app.py": USES})
    found = found_by(text_of(rule), rule, tmp_path)
    assert found == ["app.py:1: shop.legacy.Cart; use shop.orders.Cart"]


def test_a_target_above_zero_lets_that_many_be(tmp_path: Path) -> None:
    rule = rule_of("banned-import", LEGACY, target=1)
    lay(tmp_path, {"a.py": USES})
    assert found_by(text_of(rule), rule, tmp_path) == []
    lay(tmp_path, {"b.py": USES})
    assert len(found_by(text_of(rule), rule, tmp_path)) == 2


def test_only_the_files_that_the_rule_is_about_count(tmp_path: Path) -> None:
    allowed = BannedImport(modules=("shop.legacy",), allow=("shop/compat/**",))
    rule = rule_of("banned-import", allowed, include=("shop/**",), exclude=("shop/old/**",))
    files = ("app.py", "shop/a.py", "shop/old/a.py", "shop/compat/a.py", "shop/gone/a.py")
    lay(tmp_path, dict.fromkeys(files, USES))
    (tmp_path / "shop/link.py").symlink_to(tmp_path / "shop/a.py")
    lay(tmp_path, {".venv/pyvenv.cfg": "", ".venv/shop/a.py": USES})
    found = found_by(text_of(rule, exclude=("shop/gone/",)), rule, tmp_path)
    assert [line.partition(":")[0] for line in found] == ["shop/a.py"]


def test_relative_imports_start_from_the_configured_roots(tmp_path: Path) -> None:
    rule = rule_of("banned-import", LEGACY)
    lay(tmp_path, {"backend/src/shop/a.py": "from .legacy import Cart\n"})
    assert found_by(text_of(rule), rule, tmp_path) == []
    assert len(found_by(text_of(rule, roots=("*/src",)), rule, tmp_path)) == 1


def test_what_python_cannot_parse_is_passed_over_and_warnings_are_no_matter(
    tmp_path: Path,
) -> None:
    rule = rule_of("banned-import", LEGACY)
    lay(tmp_path, {"a.py": f"{USES}def (:\n", "b.py": f"{USES}x = '\\d'\n"})
    found = found_by(text_of(rule), rule, tmp_path)
    assert [line.partition(":")[0] for line in found] == ["b.py"]


def test_a_regular_expression_does_not_find_itself(tmp_path: Path) -> None:
    rule = rule_of("regex", Regex(pattern=r"legacy_\w+"))
    assert found_by(text_of(rule), rule, tmp_path) == []


def test_an_expression_that_python_does_not_know_is_left_to_canon() -> None:
    for pattern in (r"legacy\z", r"\pL+", "[[:alpha:]]", r"\Qa.b\E"):
        assert "canon" in text_of(rule_of("regex", Regex(pattern=pattern))).split('"')
    assert "canon" not in text_of(rule_of("regex", Regex(pattern=r"a\b"))).split('"')


def test_markers_are_those_of_the_repository() -> None:
    text = text_of(rule_of("absent-file", AbsentFile(files=("x",))), markers=("unit", "fast"))
    assert "\n@pytest.mark.unit\n@pytest.mark.fast\ndef test_" in text
    assert "import pytest" not in text_of(rule_of("absent-file", AbsentFile(files=("x",))))


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_from_a_configuration_becomes_code(title: str, message: str) -> None:
    rule = rule_of("absent-file", AbsentFile(files=("x.py",)), message=message)
    known = ast.parse(text_of(rule_of("absent-file", AbsentFile(files=("x.py",)))))
    module = ast.parse(text_of(rule, title=title))
    assert isinstance(module.body[0], ast.Expr)
    assert [ast.dump(one) for one in module.body[1:]] == [ast.dump(one) for one in known.body[1:]]


@given(st.text(alphabet="\"\\\n'{}aé\ud800", max_size=12))
def test_every_text_of_a_parameter_is_written_as_it_is(name: str) -> None:
    from bot.suites.plan.literals import written
    from bot.suites.plan.recipes import Expression

    for value in (name, Expression(name)):
        assert ast.literal_eval(written((value, value))) == (name, name)


@given(
    st.lists(st.sampled_from(["a/**", "!a/b/*", "*.py", "!*.py", "b/", "/a", "**/b", "!b"])),
    st.sampled_from(["a/b/c.py", "a/b.txt", "b/c.py", "a", "a.py", "c/b/d", "b"]),
)
def test_globs_say_the_same_as_expressions(patterns: list[str], path: str) -> None:
    import re

    found = any(re.match(one, path) for one in globs(patterns))
    assert found == Globs(patterns).match(path)


SHARED = "x = []\n\n\ndef add(y):\n    x.append(y)\n"


@pytest.fixture
def stateful(tmp_path: Path) -> GitRepository:
    """A repository under a rule of a kind that only Canon can check."""
    rule = rule_of("shared-state", SharedState())
    repository = GitRepository(tmp_path / "shop")
    configuration = (
        "version: 1\nmigrations:\n  - issue: 7\n    title: One way\n    phase: detect\n"
        "    rules: [{id: some-rule, kind: shared-state}]\n"
    )
    files = {".github/canon.yml": configuration, "app.py": SHARED}
    repository.commit({**files, "tests/unit/test_a.py": text_of(rule, style=Style.UNITTEST)})
    lay(repository.path, {"more/unit/test_b.py": text_of(rule)})
    return repository


def test_what_only_canon_can_tell_is_asked_of_canon(stateful: GitRepository) -> None:
    binaries = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    assert outcomes(stateful.path, path=binaries) == {"tests": "failure", "more": "failure"}
    lay(stateful.path, {"app.py": "x = ()\n"})
    assert outcomes(stateful.path, path=binaries) == {"tests": "passed", "more": "passed"}


def test_without_canon_such_a_test_is_an_error_and_no_failure(stateful: GitRepository) -> None:
    assert outcomes(stateful.path, path="/nowhere") == {"tests": "error", "more": "error"}
