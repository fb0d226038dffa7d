"""docs/cli.md keeps up with the commands."""

from importlib import import_module
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs/cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_the_page(name: str) -> None:
    assert f"`canon {name}" in PAGE


@pytest.mark.parametrize("name", ["scan", "compare", "check"])
def test_every_option_is_on_the_page(name: str) -> None:
    parameters = import_module(COMMANDS[name]).command.params
    options = [option for parameter in parameters for option in parameter.opts]
    assert options
    assert [option for option in options if option not in PAGE] == []
