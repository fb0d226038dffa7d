"""`canon demo`: the whole flow against a GitHub on loopback."""

import signal
import sys
import tempfile
from pathlib import Path

import click


@click.command()
@click.option("--once", is_flag=True, help="Exit as soon as everything has been observed.")
def command(once: bool) -> None:
    """Show the whole flow, without a GitHub account.

    Nothing has to be configured, and nothing to be cleaned up.

    Starts the service and a GitHub of its own on this machine, pushes a sample repository that is
    in the middle of a migration, and opens two pull requests: one adds legacy imports, one removes
    some. Prints what Canon posted on them, and where to look.

    With --once the exit status is 0 when all of it was observed, and 3 when something was not.
    """
    from bot.demonstration import Demonstration

    # The default would end us without ending what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        tempfile.TemporaryDirectory(prefix="canon-demo-") as folder,
        Demonstration(Path(folder), say=click.echo) as demonstration,
    ):
        demonstration.show()
        if once:
            return
        click.echo("\nStill serving; Ctrl-C ends it.")
        signal.pause()
