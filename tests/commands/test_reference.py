from datetime import date
from pathlib import Path

import pytest

from bot.commands.parser import parse
from bot.commands.reference import document, explanation, overview
from bot.commands.table import COMMANDS

TODAY = date(2026, 10, 1)
PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
REWRITE = "python -c 'from bot.commands.reference import document as d; print(d(), end=\"\")'"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text() == document(), f"out of date: {REWRITE} > docs/commands.md"


@pytest.mark.parametrize("text", [overview(), document(), *map(explanation, COMMANDS)])
def test_no_reference_is_a_command_when_it_is_posted(text: str) -> None:
    assert parse(text, today=TODAY) == ()


def test_the_overview_names_every_command_and_who_may_use_it() -> None:
    rows = [line for line in overview().splitlines() if line.startswith("| `")]
    assert len(rows) == len(COMMANDS)
    assert "| `/canon scan` |" in "".join(rows)
    assert any(row.endswith("| triage, or the author |") for row in rows)


def test_an_explanation_shows_usage_parameters_role_and_examples() -> None:
    text = explanation("WAIVE")
    assert "/canon waive (FINGERPRINT | RULE PATH) --reason TEXT" in text
    assert "- `--until DATE`: " in text
    assert "Needs the role write or above." in text
    assert all(example.line in text for example in COMMANDS["waive"].examples)


def test_an_explanation_of_what_is_no_command_names_the_nearest() -> None:
    assert explanation("wiave") == "There is no command `wiave`; did you mean `waive`?"
    assert explanation("sandwich") == "There is no command `sandwich`; `/canon help` lists them"
