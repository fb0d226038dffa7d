"""Hostile texts in every place where users' texts come into a report: none does anything."""

from dataclasses import fields, is_dataclass, replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.domain.codeowners import CodeOwners, OwnerRule
from bot.domain.evidence import MigrationEvidence
from bot.domain.measurement import Unmeasured
from bot.domain.phase import Phase
from bot.domain.report import ReportKind
from bot.domain.scan import WaiverProblem
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.plain import LONGEST
from bot.reports.report import KINDS, Form, render_report
from bot.reports.ticks import ticked
from tests.reports.gfm import Page, page
from tests.reports.hostile import HOSTILE
from tests.reports.report_cases import ON_MAIN
from tests.reports.sample import evidence

TEXTS = {
    "basis",
    "by",
    "command",
    "evidence",
    "message",
    "mitigation",
    "reason",
    "replacement",
    "risk",
    "run",
    "setup",
    "summary",
    "title",
    "told",
    "value_at_risk",
    "warning",
    "what",
    "why",
}
LISTS = {
    "caveats",
    "detected_by",
    "markers",
    "names",
    "notes",
    "owners",
    "reasons",
    "rollback",
    "segments",
    "services",
    "writes",
}
OURS = ("https://github.com/acme/shop/", "https://canon.example.com/")


def as_path(text: str) -> str:
    """Paths and symbols come from bytes, so no half of a surrogate pair is in them."""
    safe = text.encode("utf-8", "backslashreplace").decode() if "\ud800" in text else text
    return f"d{safe}"


def poisoned(value: Any, text: str) -> Any:
    """`value` with every text that a user can choose made `text`; what Canon checks stays."""
    if isinstance(value, tuple):
        return tuple(poisoned(one, text) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if (type(old) is str and field.name in {"path", "file"}) or (
            type(old) is str and field.name == "symbol"
        ):
            changes[field.name] = as_path(text)
        elif type(old) is str and field.name in TEXTS:
            changes[field.name] = text
        elif isinstance(old, tuple) and old and type(old[0]) is str and field.name in LISTS:
            changes[field.name] = (text, text)
        elif field.name == "id" and type(value).__name__ == "TestResult":
            changes[field.name] = f"tests/a.py::{text}"
        elif field.name == "name" and type(value).__name__ in {"Criterion", "SuccessCriterion"}:
            changes[field.name] = text
        else:
            changes[field.name] = poisoned(old, text)
    return replace(value, **changes)


@cache
def small() -> MigrationEvidence:
    """Something of everything, in few lines."""
    seen = evidence(Phase.DETECT, 62)
    waivers = (WaiverProblem("a.py", 3, "expired on 2026-10-31"),)
    kept = tuple(one for n, one in enumerate(seen.violations) if n % 12 == 0 or one.waiver)
    scan = replace(seen.scan, violations=kept, waivers=waivers)
    return replace(seen, scan=scan, history=Unmeasured("no text of users is in it"))


def with_text(text: str) -> MigrationEvidence:
    """The sample, hostile; CODEOWNERS cannot hold spaces, so that is a matter of its own."""
    owners = CodeOwners(as_path(text), (OwnerRule("*", (text,), 1),))
    return replace(poisoned(small(), text), owners=owners)


def shown(kind: ReportKind, text: str) -> Page:
    return page(render_report(kind, with_text(text), ON_MAIN))


@cache
def benign(kind: ReportKind) -> Page:
    return shown(kind, "x")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:30]))
def test_no_text_from_users_does_anything_in_any_report(text: str) -> None:
    seen = with_text(text)
    for kind in KINDS:
        report = render_report(kind, seen, ON_MAIN)
        made, harmless = page(report), benign(kind)
        assert made.acted_upon == [], kind
        assert made.images == [], kind
        assert made.comments == harmless.comments, kind
        assert all(url.startswith(OURS) for url in made.links), kind
        assert ticked(report) == ()
        if 0 < len(text.strip()) < LONGEST:
            assert made.structure == harmless.structure, kind


def test_the_reports_really_show_the_texts() -> None:
    seen = "".join(page(render_report(kind, with_text("zqx"), ON_MAIN)).text for kind in KINDS)
    assert seen.count("zqx") > 100


@pytest.mark.parametrize("text", ["@" * 5_000, "#" * 5_000, "|" * 5_000, "é`" * 5_000])
def test_a_report_fits_into_a_comment_whatever_users_write(text: str) -> None:
    whole = poisoned(evidence(), text)
    for kind in KINDS:
        assert len(render_report(kind, whole, ON_MAIN).encode()) <= LONGEST_COMMENT, kind


class _Html(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))


def html(kind: ReportKind, text: str) -> _Html:
    made = _Html()
    made.feed(render_report(kind, with_text(text), ON_MAIN, Form.HTML))
    return made


SAFE_TAGS = (
    "a blockquote body br code details h2 h3 h4 hr html input li main meta ol p path pre span"
    " polyline strong style sub summary svg table tbody td text th thead title tr ul em line"
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:30]))
def test_a_page_holds_no_tag_and_no_attribute_but_ours(text: str) -> None:
    for tag, attributes in html(ReportKind.STATUS, text).tags:
        assert tag in SAFE_TAGS.split()
        for name, value in attributes:
            assert not name.startswith("on")
            if name == "href":
                assert value is not None
                assert value.startswith(OURS)
