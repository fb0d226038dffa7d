"""docs/cli.md keeps up with the commands."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import COMMANDS, run
from tests.cli.shop_tests import shop_with_tests

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


def differences(documented: Any, found: Any, where: str = "") -> list[str]:
    """The keys that only one of them has; of lists the first members are compared."""
    if isinstance(documented, list) and isinstance(found, list) and documented and found:
        return differences(documented[0], found[0], where)
    if not isinstance(documented, dict) or not isinstance(found, dict) or where in PATHS_AS_KEYS:
        return []
    own = [f"{where}.{key}" for key in documented.keys() ^ found.keys()]
    for key in documented.keys() & found.keys():
        own += differences(documented[key], found[key], f"{where}.{key}")
    return own


PATHS_AS_KEYS = {".rules.instead"}


@pytest.mark.parametrize("name", ["inventory", "plan"])
def test_json_has_the_documented_shape(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = PAGE.partition(f"### `{name} --format json`")[2].partition("```json")[2]
    documented = json.loads(block.partition("```")[0])
    repository = shop_with_tests(tmp_path / "shop")
    assert run([name, "--repo", str(repository.path), "--format", "json"]) == 0
    assert differences(documented, json.loads(capsys.readouterr().out)) == []
