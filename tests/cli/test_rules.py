"""`canon rules`, as its user meets it."""

import json
from pathlib import Path

import pytest

from bot.cli.main import run
from bot.cli.rules_text import kind_text
from bot.cli.terminal import Palette
from bot.scanner.kinds import kind, names

DOCS = Path(__file__).parents[2] / "docs"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["rules", *arguments]) == 0
    return capsys.readouterr().out


def test_every_kind_is_listed_with_what_it_finds(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys).splitlines()
    listed = [line.partition(" ")[0] for line in lines if " One violation for " in line]
    assert listed == list(names())


def test_a_kind_is_told_with_its_parameters_and_their_defaults(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = told(capsys, "single-definition")
    assert "  canonical: text (required)\n" in text
    assert "  nested: true or false (default: true)\n" in text


def test_an_example_shows_below_the_very_place_what_is_said_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(capsys, "banned-import").splitlines()
    at = lines.index("  1 | from shop.legacy import Cart, Price as P")
    assert lines[at + 1].index("^") == lines[at].index("Cart")
    assert lines[at + 1].endswith("^ import of shop.legacy.Cart; use shop.orders.Cart")
    assert lines[at + 2].index("^") == lines[at].index("Price")


def test_a_kind_as_markdown_is_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "rules/banned-import.md").read_text(encoding="utf-8")
    assert told(capsys, "banned-import", "--format", "markdown") == page


def test_json_has_every_kind_with_what_its_examples_give(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kinds = json.loads(told(capsys, "--format", "json"))["kinds"]
    assert [one["name"] for one in kinds] == list(names())
    example = next(one for one in kinds if one["name"] == "banned-import")["examples"][0]
    assert example["rule"]["replacement"] == "shop.orders"
    assert [(one["line"], one["column"]) for one in example["violations"]] == [
        (1, 25),
        (1, 31),
        (4, 12),
    ]


def test_an_unknown_kind_is_told_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "nonsense"]) == 2
    assert "known are absent-file, banned-call" in capsys.readouterr().err


def test_colour_marks_what_is_bad() -> None:
    assert "\x1b[31m\x1b[1mBad\x1b[0m: " in kind_text(kind("banned-import"), Palette(on=True))
