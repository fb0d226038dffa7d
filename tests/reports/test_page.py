"""Reports as pages of their own."""

import pytest

from bot.domain.phase import Phase
from bot.domain.report import ReportKind
from bot.reports.chart import svg
from bot.reports.page import page
from bot.reports.report import KINDS, Form, render_report
from tests.reports.report_cases import ON_MAIN
from tests.reports.sample import evidence


def made(kind: ReportKind = ReportKind.STATUS) -> str:
    return render_report(kind, evidence(Phase.MIGRATE, 78), ON_MAIN, Form.HTML)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_its_title_its_style_and_no_script(kind: ReportKind) -> None:
    text = made(kind)
    assert text.startswith("<!doctype html>")
    assert ": Remove the WebSocket manager factory</title>" in text
    assert "prefers-color-scheme: dark" in text
    assert "<script" not in text
    assert "&lt;details" not in text


def test_the_burn_down_is_drawn_without_scripts() -> None:
    text = made()
    assert '<svg viewBox="0 0 720 260"' in text
    assert "<polyline points=" in text
    assert "xychart" not in text


def test_a_chart_that_is_not_ours_stays_code() -> None:
    assert svg("graph TD; a-->b") is None
    assert "<pre>" in page("t", "```mermaid\ngraph TD\n```\n")


def test_a_line_falls_where_the_count_falls() -> None:
    source = 'x-axis ["1 Nov", "2 Nov"]\n y-axis "violations" 0 --> 10\n line [10, 0]'
    drawn = svg(source)
    assert drawn is not None
    points = drawn.partition('points="')[2].partition('"')[0].split()
    (_, first), (_, last) = (point.split(",") for point in points)
    assert float(first) < float(last)  # downwards, as y grows


def test_alerts_and_boxes_are_what_github_makes_of_them() -> None:
    text = page("t", "> [!TIP]\n> Go on.\n\n- [ ] One <!-- canon:do scan -->\n- [x] Two\n")
    assert '<blockquote class="alert tip">' in text
    assert '<li class="task"><input type="checkbox" disabled> One' in text
    assert '<input type="checkbox" disabled checked> Two' in text
    assert "canon:do" not in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<code onclick=x>y</code>",
        "<details open ontoggle=x>",
        "[x](javascript:alert(1))",
    ],
)
def test_raw_html_and_script_links_are_shown_as_text(hostile: str) -> None:
    body = page("t", hostile).partition("<main>")[2]
    assert "<script" not in body
    assert "<img" not in body
    assert "<code onclick" not in body
    assert "<details open" not in body
    assert 'href="javascript' not in body


def test_a_title_is_escaped() -> None:
    assert "<title>&lt;b&gt;</title>" in page("<b>", "x")
