"""The `canon` command: one table of commands, and what each kind of error becomes.

A command's module is imported when the command is used, not before: it defines `command`, a click
command, and imports what is heavy inside its functions.
"""

import gc
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final

import click

from bot.cli.examples import epilog
from bot.domain.errors import CanonError, CouldNotCheckError, InputError
from bot.version import VERSION

COMMANDS: Final[Mapping[str, str]] = {
    "scan": "bot.cli.scan",
    "compare": "bot.cli.compare",
    "check": "bot.cli.check",
    "test": "bot.cli.test",
    "inventory": "bot.cli.inventory",
    "plan": "bot.cli.plan",
    "report": "bot.cli.report",
    "config": "bot.cli.config",
    "rules": "bot.cli.rules",
    "serve": "bot.cli.serve",
    "worker": "bot.cli.worker",
    "run": "bot.cli.run",
    "replay": "bot.cli.replay",
    "demo": "bot.cli.demo",
}

LEAVE_NOTHING: Final = frozenset({"scan", "compare"})
"""Commands with no threads, files or processes left when they have run."""

USAGE: Final = 2
COULD_NOT_CHECK: Final = 3
INTERRUPTED: Final = 130  # as shells say it: 128 + SIGINT
NOBODY_READS: Final = 141  # 128 + SIGPIPE

_OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000  # 700 is for less memory than there is
_OF_WHAT_ENDS_SOON: Final = 1_000_000  # nearly all objects of a scan live as long as it does


class _LazyGroup(click.Group):
    """Finds commands in the table, in its order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(COMMANDS[cmd_name]).command
        found.epilog = epilog(cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.UsageError(_unknown(name), ctx)
        return super().resolve_command(ctx, args)


_EPILOG: Final = """\b
Begin with:
  canon demo                        see all of it on this machine, without GitHub
  canon config init --help          write a first configuration
  canon scan                        count what it finds
  canon check --base origin/main    see what a pull request would be told

Exit status: 0 fine, 1 the gate fails or something was found, 2 wrong usage or configuration, 3 it
could not be checked. `canon COMMAND --help` has examples of each.
"""


@click.group(
    cls=_LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="canon", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show where an unexpected error comes from.")
def canon(debug: bool) -> None:
    """Carry a code base through a migration to one source of truth, and keep it there."""
    del debug  # read by `run`


def run(arguments: Sequence[str]) -> int:
    """Run one command and answer its exit status.

    0 is fine, 1 something that fails the gate, 2 wrong usage or configuration, 3 could not check.
    """
    soon = not LEAVE_NOTHING.isdisjoint(arguments[:1])
    gc.set_threshold(_OF_WHAT_ENDS_SOON if soon else _OBJECTS_BETWEEN_COLLECTIONS)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # we have none, and looking takes 15 ms
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for terminals with fewer characters
    debug = False
    try:
        with canon.make_context("canon", list(arguments)) as context:
            debug = context.params["debug"]
            canon.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes at exit
        return NOBODY_READS
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:
        if debug and not isinstance(error, click.ClickException | CanonError):
            raise
        message, status = _told(error)
        click.echo(f"canon: {message}", err=True)
        return status
    return 0


def end(arguments: Sequence[str], status: int) -> None:
    """End the process where that needs no tidying up; else return.

    Python takes 10 ms to take apart what is in memory, a tenth of a warm scan.
    """
    if not LEAVE_NOTHING.isdisjoint(arguments[:1]):
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _told(error: Exception) -> tuple[str, int]:
    """What its reader is told about an error, and the exit status."""
    match error:
        case click.UsageError(ctx=click.Context(command_path=path)):
            return f"{error.format_message()} (`{path} --help` says how it is used)", USAGE
        case click.ClickException():
            return error.format_message(), USAGE
        case InputError():
            return str(error), USAGE
        case CouldNotCheckError():
            return str(error), COULD_NOT_CHECK
        case _:
            what = f"unexpected {type(error).__name__}: {error}"
            return f"{what} (`canon --debug ...` shows where it comes from)", COULD_NOT_CHECK


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"There is no command {name!r}{hint}"
