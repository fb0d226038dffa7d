"""The web application: everything it needs is handed in."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Flask, Response
from prometheus_client.registry import Collector

import bot
from bot.ports.clock import Clock
from bot.ports.store import Deliveries
from bot.settings import Settings
from bot.web.health import Probe, health
from bot.web.home import home
from bot.web.monitoring import monitoring
from bot.web.webhooks import webhooks

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(  # noqa: PLR0913 - what the routes need, by name
    settings: Settings,
    deliveries: Deliveries,
    clock: Clock,
    *,
    probes: Sequence[Probe] = (),
    collectors: Sequence[Collector] = (),
    pages: Sequence[Blueprint] = (),
) -> Flask:
    """Assemble the routes, with `pages` besides.

    While credentials are missing, deliveries are refused with 503.
    """
    app = Flask("canon", template_folder=str(Path(bot.__file__).parent / "templates"))
    app.jinja_options = {"autoescape": True}
    missing = settings.missing()
    secrets = [secret.get_secret_value() for secret in settings.github_webhook_secrets]
    app.register_blueprint(webhooks([] if missing else secrets, deliveries, clock))
    app.register_blueprint(health(probes))
    app.register_blueprint(monitoring(collectors))
    address = settings.public_url or f"http://localhost:{settings.port}"
    app.register_blueprint(home(missing, webhook_url=f"{address}/webhooks/github"))

    for blueprint in pages:
        app.register_blueprint(blueprint)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app
