"""`canon worker`: the process that does the work."""

import os
import signal
import sys

import click

MANNERS = 10
"""Under `canon run` a web server is on the same machine, and GitHub waits for its answers."""


@click.command()
def command() -> None:
    """Run a worker: it does what the webhooks ask for.

    It fetches, scans, runs tests, and posts what came of it.

    Any number of them may run, on any number of machines, with one database. It runs until it gets
    SIGTERM or SIGINT: then it finishes what it has in hand, or hands it back.
    """
    from bot import lifeline, settings
    from bot.domain.errors import InputError
    from bot.logs import configure_logging

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until it is handled better
    if lifeline.follow():
        os.nice(MANNERS)
    chosen = settings.load()
    configure_logging(chosen)
    if missing := chosen.missing():
        raise InputError(settings.explain_missing(missing))

    from bot import wiring

    with wiring.ready_database(chosen) as database:
        status = wiring.work(chosen, database.url)
    sys.exit(status)
