"""The pages about the configuration say what is so."""

import re
from pathlib import Path

import pytest

from bot.config import load
from bot.config.reference import reference
from tests.support.configs import problems

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "configuration.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_page_of_all_keys_is_up_to_date() -> None:
    page = (DOCS / "configuration-keys.md").read_text()
    assert page == reference(), "run python -m bot.config.reference"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_guide_loads(example: str) -> None:
    assert load({".github/canon/example.yml": example.encode()}).migrations


def test_the_guide_shows_the_problems_of_its_first_example_as_they_are() -> None:
    text = EXAMPLES[0].replace("phase: migrate", "phase: migrating")
    text = text.replace("message: ", "mesage: ")
    shown = re.findall(r"^\.github/canon\.yml:(.*)$", GUIDE, re.MULTILINE)
    assert shown == problems(text)
