"""`canon serve`: the web server."""

import signal

import click


@click.command()
def command() -> None:
    """Run the web server: it takes GitHub's webhooks in.

    The work is done by `canon worker`.

    It runs until it gets SIGTERM or SIGINT.
    """
    import importlib

    from bot import lifeline, settings

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until it is handled better
    lifeline.follow()
    chosen = settings.load()
    if missing := chosen.missing():
        click.echo(settings.explain_missing(missing), err=True)

    importlib.import_module("bot.web.gunicorn")  # says where the metrics are, before they load

    from bot import wiring
    from bot.web import server

    with wiring.ready_database(chosen) as database:
        server.serve(lambda: wiring.web(chosen, database.url))
