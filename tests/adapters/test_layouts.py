"""Repositories' own templates: filled with limits, and never trusted with anything but layout."""

import time

import pytest

from bot.adapters.layouts import SandboxedLayouts
from bot.domain.errors import InputError
from bot.domain.report import ReportKind
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.report import KINDS, Form, Layout, render_report
from tests.reports.gfm import page
from tests.reports.report_cases import ON_MAIN
from tests.reports.sample import evidence

VIEW = {"text": "<b>@alice", "count": 1234, "numbers": list(range(2_000))}
OWN = """\
# Ours: {{ heading.title }}

{% for row in report.rules.rows %}
- {{ row.id | code | link(row.url) }}: {{ row.count }}
{% endfor %}
"""


def filled(source: str) -> str:
    return SandboxedLayouts().fill(source, VIEW)


def test_a_template_is_filled_and_what_users_wrote_is_escaped() -> None:
    made = filled("{{ text }} {{ count }} {{ text | code }} {{ numbers | length }}")
    assert made == "&#60;b&#62;@&#8203;alice 1,234 `<b>@alice` 2,000"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ missing }}", "'missing' is undefined"),
        ("\n\n{% for x in numbers %}", "line 3"),
        ("{{ text.__class__.__mro__ }}", "unsafe"),
        ("{{ ''.format.__globals__ }}", "unsafe"),
        ("{{ numbers.append(1) }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ cycler }}", "undefined"),
        ("{{ 'x' * 10 ** 10 }}", "too much memory"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "too much memory"),
        ("{% for a in numbers %}{% for b in numbers %}xxxx{% endfor %}{% endfor %}", "more than"),
        ("x" * 300_000, "characters"),
    ],
)
def test_a_template_that_is_broken_or_greedy_is_told_why(source: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        filled(source)


@pytest.mark.slow
def test_a_template_that_never_ends_is_killed() -> None:
    loops = 4
    source = "{% for a in numbers %}" * loops + "{% endfor %}" * loops
    start = time.monotonic()
    with pytest.raises(InputError, match=r"time or memory|within"):
        filled(source)
    assert time.monotonic() - start < 20


def test_a_repository_lays_out_a_report_as_it_likes() -> None:
    layout = Layout(OWN, SandboxedLayouts())
    made = page(render_report(ReportKind.VIOLATIONS, evidence(), ON_MAIN, layout=layout))
    assert made.text.startswith("Ours: Remove the WebSocket manager factory")
    assert "factory-import: 122" in made.text
    assert (
        "Head and base a1a1a1a1a1a1" in made.text
    )  # what it was made from stands below every report


@pytest.mark.parametrize("source", ["{{ nothing }}", "x" * (LONGEST_COMMENT + 1)])
def test_a_broken_layout_gives_the_built_in_report_and_a_note(source: str) -> None:
    layout = Layout(source, SandboxedLayouts())
    made = page(render_report(ReportKind.VIOLATIONS, evidence(), ON_MAIN, layout=layout))
    assert "Violations: Remove the WebSocket manager factory" in made.text
    assert "own template was not used" in made.text


def test_every_value_of_every_kind_can_be_laid_out() -> None:
    source = "{% for key in report %}{{ key }} {% endfor %}{{ closing.command }}"
    layout = Layout(source, SandboxedLayouts())
    for kind in KINDS:
        text = render_report(kind, evidence(), ON_MAIN, Form.HTML, layout=layout)
        assert f"canon report {kind} --migration 1098" in text
