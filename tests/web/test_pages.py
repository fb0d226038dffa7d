from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.domain.errors import CouldNotCheckError
from bot.settings import Settings
from bot.version import VERSION
from bot.web.app import create_app
from bot.web.health import Probe
from bot.web.reports import report_pages
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import FakeDeliveries

CONFIGURED = {"CANON_GITHUB_WEBHOOK_SECRET": "the secret", "CANON_GITHUB_TOKEN": "the token"}


def client(probes: list[Probe] | None = None, **settings: Any) -> FlaskClient:
    app = create_app(Settings(**settings), FakeDeliveries(), FakeClock(), probes=probes or [])
    return app.test_client()


def fine() -> str:
    return "fine"


def broken() -> str:
    raise RuntimeError("password=hunter2")


def full() -> str:
    raise CouldNotCheckError("7 bytes free")


def test_the_process_says_that_it_lives_whatever_else_is_broken() -> None:
    answer = client([Probe("database", broken)]).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "version": VERSION})


def test_it_is_ready_when_every_probe_is() -> None:
    answer = client([Probe("database", fine)]).get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "checks": {"database": {"ok": True, "detail": "fine"}},
    }


def test_it_is_not_ready_when_one_probe_fails_and_says_no_more_than_it_may() -> None:
    probes = [Probe("database", broken), Probe("disk", full), Probe("queue", fine)]
    answer = client(probes).get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "checks": {
            "database": {"ok": False, "detail": "RuntimeError"},
            "disk": {"ok": False, "detail": "7 bytes free"},
            "queue": {"ok": True, "detail": "fine"},
        },
    }


@pytest.mark.parametrize("path", ["/", "/setup"])
def test_until_it_is_set_up_the_page_says_what_is_missing(path: str) -> None:
    answer = client(CANON_GITHUB_WEBHOOK_SECRET="the secret", PORT=8765).get(path)
    assert answer.status_code == 200
    assert "CANON_GITHUB_APP_ID" in answer.text
    assert "CANON_GITHUB_PRIVATE_KEY" in answer.text
    assert "CANON_GITHUB_WEBHOOK_SECRET" not in answer.text
    assert "http://localhost:8765/webhooks/github" in answer.text


def test_once_set_up_there_is_no_set_up_page() -> None:
    configured = client(**CONFIGURED)
    assert configured.get("/setup").status_code == 404
    assert "It is set up" in configured.get("/").text


def test_pages_escape_what_they_show() -> None:
    answer = client(CANON_PUBLIC_URL="https://canon.example/<b>").get("/")
    assert "&lt;b&gt;" in answer.text
    assert "<b>" not in answer.text


def test_pages_may_load_nothing_from_elsewhere() -> None:
    headers = client(**CONFIGURED).get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_metrics_are_in_prometheus_format() -> None:
    answer = client(**CONFIGURED).get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert "# TYPE canon_deliveries_total counter" in answer.text


class Pages:
    """The `ReportPages` port with one report."""

    def get(self, page: str) -> str | None:
        return "<h1>The whole report</h1>" if page == "a" * 32 else None


def test_a_report_is_shown_only_at_its_own_address_and_is_kept_by_nobody() -> None:
    pages: Any = Pages()
    app = create_app(Settings(), FakeDeliveries(), FakeClock(), pages=[report_pages(pages)])
    browser = app.test_client()
    shown = browser.get(f"/reports/{'a' * 32}")
    assert (shown.status_code, shown.text) == (200, "<h1>The whole report</h1>")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    for other in ("b" * 32, "a" * 31, "A" * 32, "../" + "a" * 32, "x"):
        assert browser.get(f"/reports/{other}").status_code == 404
