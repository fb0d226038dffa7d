"""docs/rules/ says what the kinds say of themselves."""

from pathlib import Path
from textwrap import indent

import pytest

from bot.config.kind_pages import pages
from bot.config.kinds import parameters, yaml
from bot.scanner.examples import violations
from bot.scanner.kind import Kind
from bot.scanner.kinds import all_kinds
from tests.support.configs import loaded_migration

FOLDER = Path(__file__).parents[2] / "docs/rules"
KINDS = all_kinds()


def test_the_pages_of_the_kinds_are_up_to_date() -> None:
    found = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}
    assert found == pages(), "run python -m bot.config.kind_pages"


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_a_kind_has_a_message_for_whatever_it_finds(kind: Kind) -> None:
    found = [one for example in kind.examples for one in violations(kind, example)]
    assert found
    assert all(one.message for one in found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_an_example_is_a_rule_that_canon_yml_may_hold(kind: Kind) -> None:
    for example in kind.examples:
        rule = indent(yaml(kind, example), "    ").removeprefix("    ")
        (loaded,) = loaded_migration(f"rules:\n  - {rule}").rules
        assert loaded.parameters == example.parameters


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_every_parameter_is_on_the_page_of_its_kind(kind: Kind) -> None:
    page = pages()[f"{kind.name}.md"]
    assert [one.name for one in parameters(kind) if f"`{one.name}`" not in page] == []
