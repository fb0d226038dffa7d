"""The front page, and what to do until the service is set up."""

from collections.abc import Sequence

from flask import Blueprint, render_template

from bot.settings import MissingSetting
from bot.version import VERSION


def home(missing: Sequence[MissingSetting], *, webhook_url: str) -> Blueprint:
    """`/`, and `/setup` while credentials are missing."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def index() -> str:
        if missing:
            return setup()
        return render_template("pages/home.html.j2", version=VERSION)

    def setup() -> str:
        return render_template(
            "pages/setup.html.j2", version=VERSION, missing=missing, webhook_url=webhook_url
        )

    if missing:
        blueprint.get("/setup")(setup)
    return blueprint
