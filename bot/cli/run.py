"""`canon run`: the whole service on one machine."""

import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.adapters.database import Database
    from bot.settings import Settings
    from bot.supervisor import Program


@click.command()
def command() -> None:
    """Run the whole service on one machine.

    Starts web server, worker and, unless DATABASE_URL names one, a database of its own.

    What dies is started again. SIGTERM or Ctrl-C ends everything in order; a second one at once.
    """
    from bot import settings, wiring
    from bot.logs import configure_logging
    from bot.supervisor import supervise

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until it is handled better
    chosen = settings.load()
    configure_logging(chosen)
    _check_port(chosen)
    with wiring.ready_database(chosen) as database, _shared_metrics() as metrics:
        _announce(chosen)
        environment = {**os.environ, **metrics, "DATABASE_URL": database.url}
        supervise(_programs(chosen), environment, tend=lambda: _revive(database))
    click.echo("Canon has stopped.")


def _programs(chosen: "Settings") -> "Sequence[Program]":
    """In the order they are stopped: first nothing new comes in, then what is in hand is ended."""
    from bot.supervisor import Program

    grace = chosen.shutdown_seconds + 5
    names = ["serve"] if chosen.missing() else ["serve", "worker"]
    return [Program(name, [sys.executable, "-m", "bot", name], grace) for name in names]


def _revive(database: "Database") -> None:
    import structlog

    from bot.domain.errors import CanonError

    try:
        database.revive()
    except CanonError as error:
        structlog.get_logger(__name__).error("database.down", error=str(error))


def _announce(chosen: "Settings") -> None:
    from bot.settings import explain_missing
    from bot.version import VERSION

    address = f"http://localhost:{chosen.port}"
    where = f"embedded, in {chosen.data_dir}" if chosen.database_url is None else "DATABASE_URL"
    click.echo(f"Canon {VERSION} on {address} (webhooks: {address}/webhooks/github)")
    click.echo(f"Database: {where}. Ctrl-C stops it.")
    if missing := chosen.missing():
        click.echo(f"\n{explain_missing(missing)}\n")
        click.echo(f"The page {address}/setup says the same. Until then no work is done.")


def _check_port(chosen: "Settings") -> None:
    from bot.domain.errors import InputError

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            raise InputError(
                f"CANON_HOST and PORT: cannot listen on {chosen.host}:{chosen.port}"
                f" ({error.strerror}): choose another port, such as PORT={chosen.port + 1}"
            ) from error


@contextmanager
def _shared_metrics() -> Iterator[Mapping[str, str]]:
    """A directory where all processes count, so that the web server tells the worker's too."""
    directory = tempfile.mkdtemp(prefix="canon-metrics-")
    try:
        yield {"PROMETHEUS_MULTIPROC_DIR": directory}
    finally:
        shutil.rmtree(directory, ignore_errors=True)
