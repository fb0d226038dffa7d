"""The reports on migrations; `python -m tests.reports.report_cases` writes the golden ones anew."""

import json
import re
import time
from dataclasses import replace

import pytest

from bot.decide.assessment import assess
from bot.domain.errors import InputError
from bot.domain.evidence import MigrationEvidence
from bot.domain.phase import Phase
from bot.domain.report import ReportKind
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.report import KINDS, Form, render_report
from bot.reports.ticks import marker, ticked
from tests.reports import numbers
from tests.reports.gfm import page
from tests.reports.report_cases import CASES, FOLDER, ON_MAIN, made
from tests.reports.sample import configured, evidence, violations
from tests.support.scans import numbered, scan, violation

STAMPED = ("a1a1a1a1a1a1", "Canon 0.1.0", "2026-11-21 09:00 UTC", "5f2d8c1e5f2d")


@pytest.mark.parametrize("name", CASES)
def test_the_report_reads_as_it_did(name: str) -> None:
    assert made(name) == (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_each_golden_report_has_its_case() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_report_has_one_title_says_what_it_was_made_from_and_shows_no_loose_syntax(
    name: str,
) -> None:
    shown = page(made(name))
    assert shown.tags.count("h2") == 1
    assert all(part in shown.text for part in STAMPED)
    outside = [text for text, inside in shown.texts if not {"code", "pre"} & set(inside)]
    assert not [text for text in outside if "`" in text or "**" in text or "|" in text]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", [Phase.DETECT, Phase.MIGRATE])
def test_every_number_comes_from_the_data(kind: ReportKind, phase: Phase) -> None:
    seen = evidence(phase, 124 if phase is Phase.DETECT else 78)
    html = page(render_report(kind, seen, ON_MAIN))
    text = " ".join(text for text, inside in html.texts if "sub" not in inside)
    text = text.replace("\u200b", "")
    assert numbers.shown(text) - _accounted(seen) - _left_out(text) == set()


def _left_out(text: str) -> set[str]:
    """How many entries are not shown, which no data says."""
    found = re.findall(r"[Aa]nd ([\d,]+) more|([\d,]+) entries are left out", text)
    return {number.replace(",", "") for pair in found for number in pair if number}


def test_a_number_that_the_data_does_not_have_would_be_noticed() -> None:
    said = numbers.shown("There are 98,765 violations in 4,242 files, 61.7% fewer.")
    assert said - _accounted(evidence()) == {"98765", "4242", "61.7"}


def _accounted(seen: MigrationEvidence) -> set[str]:
    assessment = assess(seen, ON_MAIN.at.date())
    accounted = numbers.known(seen, assessment, ON_MAIN)
    for values in numbers.derived(seen, assessment).values():
        accounted |= {f"{value:g}" for value in values}
    return accounted


def large(count: int) -> MigrationEvidence:
    found = [
        violation(
            f"shop/{n % 97}/{n % 13}/module_{n % 1_500}.py",
            n % 400 + 1,
            symbol=f"shop.old.name_{n % 30}",
            message="It goes away",
        )
        for n in range(count)
    ]
    return replace(evidence(), scan=scan(numbered([*violations(), *found]), of=configured()))


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_violations_fit_into_a_comment_and_say_what_is_left_out(
    kind: ReportKind,
) -> None:
    text = render_report(kind, large(10_000), replace(ON_MAIN, details_url="https://c.example/1"))
    assert len(text.encode()) <= LONGEST_COMMENT
    if kind in {ReportKind.RESULTS, ReportKind.VIOLATIONS, ReportKind.PLAN}:
        assert "entries are left out here" in text
        assert "[The whole report](https://c.example/1)" in text


def test_a_report_of_ten_thousand_violations_is_rendered_in_a_moment() -> None:
    seen = large(10_000)
    render_report(ReportKind.VIOLATIONS, evidence(), ON_MAIN)  # the templates are compiled after it
    start = time.process_time()
    render_report(ReportKind.VIOLATIONS, seen, ON_MAIN)
    assert time.process_time() - start < 0.4  # half of it is slack: benchmarks/reports.py measures


def test_the_page_of_its_own_leaves_nothing_out() -> None:
    text = render_report(ReportKind.VIOLATIONS, evidence(), ON_MAIN, Form.HTML)
    assert "left out" not in text
    assert all(one.path in text for one in violations())


def test_json_is_what_the_templates_are_given() -> None:
    read = json.loads(render_report(ReportKind.STATUS, evidence(), ON_MAIN, Form.JSON))
    assert read["kind"] == "status"
    assert read["heading"]["issue"] == "#1098"
    assert read["report"]["progress"]["now"] == 151
    assert read["closing"]["stamp"]["head"]["short"] == "a1a1a1a1a1a1"


def test_the_report_on_a_pull_request_is_made_elsewhere() -> None:
    with pytest.raises(InputError, match="pull request"):
        render_report(ReportKind.PR, evidence(), ON_MAIN)


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_state_is_marked_so(kind: ReportKind) -> None:
    text = page(render_report(kind, evidence(), ON_MAIN)).text
    assert "stated by @alice" in text


@pytest.mark.parametrize("name", ["results_bare", "status_bare", "strategy_bare"])
def test_what_was_not_measured_says_so(name: str) -> None:
    assert "not measured" in made(name).lower()


def test_every_kind_with_a_matrix_shows_its_verdict_its_sum_and_what_would_change_it() -> None:
    for kind in KINDS:
        text = page(render_report(kind, evidence(), ON_MAIN)).text
        assert "PROCEED WITH CAUTION" in text, kind
        assert "98.7 of 110 points" in text, kind
        assert "would become PROCEED if" in text, kind


def test_the_boxes_of_the_status_carry_commands_that_are_found_when_ticked() -> None:
    text = made("status_migrate")
    assert ticked(text) == ()
    by_hand = text.replace("- [ ] Scan again", "- [x] Scan again").replace("- [ ] Run", "- [X] Run")
    assert ticked(by_hand) == ("test staging", "scan")


@pytest.mark.parametrize(
    "line",
    [
        "- [x] Scan <!-- canon:do rm -rf / -->",
        "- [x] Scan <!-- canon:do scan\n/canon waive x -->",
        "> - [x] Scan <!-- canon:do scan -->",
        "`- [x] Scan <!-- canon:do scan -->`",
        "- [ ] Scan <!-- canon:do scan -->",
    ],
)
def test_boxes_of_other_shapes_do_nothing(line: str) -> None:
    assert ticked(line) == ()


def test_a_rule_that_could_not_be_checked_is_not_called_met_nor_counted() -> None:
    seen = evidence(Phase.MIGRATE, 78)
    counts = seen.scan.migrations[0]
    fault = "ast-grep failed"
    rules = tuple(
        replace(one, count=0, files=0, unchecked=fault) if one.id == "old-events" else one
        for one in counts.rules
    )
    unchecked = replace(seen, scan=replace(seen.scan, migrations=(replace(counts, rules=rules),)))
    for kind in (ReportKind.STATUS, ReportKind.VIOLATIONS, ReportKind.EXECUTION):
        text = page(render_report(kind, unchecked, ON_MAIN)).text
        assert f"not checked: {fault}" in text, kind
    status = page(render_report(ReportKind.STATUS, unchecked, ON_MAIN)).text
    assert "rule old-events could not be checked" in status
    summary = page(render_report(ReportKind.VIOLATIONS, unchecked, ON_MAIN)).text
    assert "Violations: not measured in full" in summary


@pytest.mark.parametrize("command", ["scan", "test unit", "report results", "phase validate"])
def test_plain_commands_can_stand_behind_a_box(command: str) -> None:
    assert ticked(f"- [x] Do it {marker(command)}") == (command,)


@pytest.mark.parametrize("command", ["test --migration 7", "test a--b", "test -->", "Scan", ""])
def test_what_would_end_the_comment_or_show_it_cannot(command: str) -> None:
    with pytest.raises(ValueError, match="check box"):
        marker(command)
