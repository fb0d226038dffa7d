"""The examples in the help of the commands."""

import shlex
from importlib import import_module

import click
import pytest

from bot.cli.examples import EXAMPLES
from bot.cli.main import COMMANDS, run

LINES = [line for lines in EXAMPLES.values() for line, _ in lines]


def test_every_command_has_examples() -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("line", LINES)
def test_every_option_of_an_example_exists(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    command: click.Command = import_module(COMMANDS[words[1]]).command
    rest = words[2:]
    if isinstance(command, click.Group):
        command, rest = command.commands[rest[0]], rest[1:]
    options = {option for one in command.params for option in [*one.opts, *one.secondary_opts]}
    assert [word for word in rest if word.startswith("-") and word not in options] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_its_examples(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([name, "--help"]) == 0
    told = capsys.readouterr().out
    assert [line for line, _ in EXAMPLES[name] if line not in told] == []


def test_no_summary_in_the_list_of_commands_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2].splitlines()
    assert [line for line in listed if line.endswith("...")] == []
