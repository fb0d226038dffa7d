from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.grammar import Example
from bot.commands.parser import (
    LONGEST_COMMENT,
    LONGEST_LINE,
    MOST_COMMANDS,
    Refusal,
    Request,
    parse,
)
from bot.commands.table import COMMANDS
from bot.domain.effects import (
    Effect,
    FileFindings,
    Finding,
    Migrate,
    MigrateMode,
    OkToTest,
    RerunTests,
    Rescan,
    Rollback,
    RunTests,
    ShowHelp,
    ShowReport,
    ShowStatus,
    Waive,
)
from bot.domain.report import ReportKind

TODAY = date(2026, 10, 1)
WAIVE = '/canon waive 3f9a2c1b --reason "a reason"'


def effects(body: str) -> Sequence[Effect]:
    results = parse(body, today=TODAY)
    assert not [result for result in results if isinstance(result, Refusal)]
    return [result.effect for result in results if isinstance(result, Request)]


def refused(body: str) -> Refusal:
    (result,) = parse(body, today=TODAY)
    assert isinstance(result, Refusal)
    return result


@pytest.mark.parametrize(
    "example",
    [example for command in COMMANDS.values() for example in command.examples],
    ids=lambda example: example.line,
)
def test_each_example_has_the_effect_it_shows(example: Example) -> None:
    assert effects(example.line) == [example.effect]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_an_example_of_its_own(name: str) -> None:
    for example in COMMANDS[name].examples:
        (result,) = parse(example.line, today=TODAY)
        assert isinstance(result, Request)
        assert result.command is COMMANDS[name]


def test_several_commands_in_one_comment_come_in_order() -> None:
    body = "Rebased.\n/canon scan\n/canon test unit\n\nand then\n/canon report executive"
    assert effects(body) == [Rescan(), RunTests("unit"), ShowReport(ReportKind.EXECUTIVE)]


def test_the_name_alone_asks_for_help() -> None:
    assert effects("/canon") == [ShowHelp()]


@pytest.mark.parametrize("line", ["/Canon Scan", "/CANON SCAN", "/canon\tscan", "/canon   scan  "])
def test_case_and_spaces_do_not_matter(line: str) -> None:
    assert effects(line) == [Rescan()]


@pytest.mark.parametrize(
    "line", ["/canonical scan", "/canon-scan", "/canon: scan", "see /canon scan", "canon scan"]
)
def test_a_line_that_begins_otherwise_is_no_command(line: str) -> None:
    assert parse(line, today=TODAY) == ()


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("/canon status --migration 1098", ShowStatus(1098)),
        ("/canon status --migration=#1098", ShowStatus(1098)),
        ("/canon --migration 1098", None),
        ("/canon test `unit` --migration 7", RunTests("unit", 7)),
        ("/canon test --migration 7 unit", RunTests("unit", 7)),
        ("/canon ok-to-test 5F2D8C1E", OkToTest("5f2d8c1e")),
        ("/canon migrate --rule a-b --apply", Migrate(MigrateMode.APPLY, "a-b")),
        ("/canon rollback 12 --migration 7", Rollback(12, 7)),
        ("/canon retest", RerunTests()),
        (
            '/canon waive r `./app/__init__.py` --until=2026-10-02 —reason “it\'s "fine"”',
            Waive(FileFindings("r", "app/__init__.py"), 'it\'s "fine"', "2026-10-02"),
        ),
        (
            '/canon waive r "with space.py" --reason=x --until 2027-10-01 --migration 3',
            Waive(FileFindings("r", "with space.py", 3), "x", "2027-10-01"),
        ),
        (
            "/canon waive 3F9A2C1B --until 2026-10-02 --reason ok",
            Waive(Finding("3f9a2c1b"), "ok", "2026-10-02"),
        ),
    ],
)
def test_words_and_options_are_read(line: str, effect: Effect | None) -> None:
    if effect is None:
        assert refused(line).text.startswith("there is no command `--migration`")
    else:
        assert effects(line) == [effect]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/canon scna", "there is no command `scna`; did you mean `scan`?"),
        ("/canon ok_to_test", "there is no command `ok_to_test`; did you mean `ok-to-test`?"),
        ("/canon make me a sandwich", "there is no command `make`; `/canon help` lists them"),
        ("/canon scan now", "`now` is one word too many"),
        ("/canon report", "KIND is missing"),
        ("/canon report exekutive", "did you mean `executive`?"),
        ("/canon phase validated", "did you mean `validate`?"),
        ("/canon explain xyz", "FINGERPRINT: expected a fingerprint"),
        ("/canon explain 3f9a2c1", "at least 8 hex digits"),
        (
            "/canon test --migraton 3",
            "there is no option `--migraton`; did you mean `--migration`?",
        ),
        ("/canon scan --force", "there is no option `--force`"),
        ("/canon test --migration", "`--migration` needs a value, N"),
        ("/canon test --migration --migration 3", "`--migration` needs a value, N"),
        ("/canon test --migration 3 --migration 4", "`--migration` is given twice"),
        ("/canon test --migration 0", "`--migration`: expected the number of an issue"),
        ("/canon test --migration 99999999999", "expected the number of an issue"),
        ("/canon migrate", "exactly one is needed: `--dry-run` or `--apply`"),
        ("/canon migrate --dry-run --apply", "exactly one is needed"),
        ("/canon migrate --dry-run=yes", "`--dry-run` takes no value"),
        ("/canon ok-to-test 5f2d8c1e!", "COMMIT: expected a commit"),
        ("/canon waive", "FINGERPRINT or RULE is missing"),
        ("/canon waive 3f9a2c1b", "`--reason` and `--until` are missing"),
        (WAIVE, "`--until` is missing"),
        ("/canon waive 3f9a2c1b --until 2026-12-01", "`--reason` is missing"),
        ("/canon waive 3f9a2c1b --until 2026-12-01 --reason ''", "expected some words"),
        (f"/canon waive 3f9a2c1b --until 2026-12-01 --reason {'x' * 301}", "at most 300"),
        ("/canon waive r p --reason waits for v2 --until 2026-12-01", "put quotes around text"),
        ("/canon waive r ../p --reason x --until 2026-12-01", "PATH: expected a path inside"),
        ("/canon waive r /p --reason x --until 2026-12-01", "PATH: expected a path inside"),
        ('/canon waive r p --reason "x', "a quotation mark is opened and not closed"),
        (f"{WAIVE} --until soon", "expected a date such as 2026-12-31, not `soon`"),
        (f"{WAIVE} --until 2026-02-30", "there is no day `2026-02-30`"),
        (f"{WAIVE} --until 01.12.2026", "expected a date"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(line: str, text: str) -> None:
    assert text in refused(line).text


@pytest.mark.parametrize(
    ("until", "fits"),
    [
        (TODAY - timedelta(days=1), False),
        (TODAY, False),
        (TODAY + timedelta(days=1), True),
        (date(2027, 10, 1), True),
        (date(2027, 10, 2), False),
        (date(9999, 12, 31), False),
    ],
)
def test_a_waiver_ends_in_the_future_and_within_a_year(until: date, fits: bool) -> None:
    (result,) = parse(f"{WAIVE} --until {until}", today=TODAY)
    assert isinstance(result, Request if fits else Refusal)


def test_a_year_from_a_leap_day_ends_on_the_28th_of_february() -> None:
    leap = date(2028, 2, 29)
    assert isinstance(parse(f"{WAIVE} --until 2029-02-28", today=leap)[0], Request)
    assert isinstance(parse(f"{WAIVE} --until 2029-03-01", today=leap)[0], Refusal)


def test_a_refusal_shows_how_the_command_is_used() -> None:
    assert refused("/canon explain").usage == "/canon explain FINGERPRINT"
    assert refused("/canon migrate").usage == (
        "/canon migrate (--dry-run | --apply) [--rule ID] [--migration N]"
    )
    assert refused(WAIVE).usage == (
        "/canon waive (FINGERPRINT | RULE PATH) --reason TEXT --until DATE [--migration N]"
    )


def test_a_refused_line_does_not_keep_the_others_from_being_read() -> None:
    results = parse("/canon scna\n/canon scan", today=TODAY)
    assert [type(result) for result in results] == [Refusal, Request]


def test_the_commands_of_one_comment_are_limited_and_the_limit_is_told() -> None:
    results = parse("/canon scan\n" * (MOST_COMMANDS + 5), today=TODAY)
    assert [type(result) for result in results] == [Request] * MOST_COMMANDS + [Refusal]


@pytest.mark.parametrize(
    "body", ["/canon scan\n" + "x" * LONGEST_COMMENT, f"/canon test {'x' * LONGEST_LINE}"]
)
def test_what_is_too_long_is_refused_and_shown_shortened(body: str) -> None:
    refusal = refused(body)
    assert "longer than" in refusal.text
    assert len(refusal.line) < 100


# What people complained about in other bots: bors-ng#173, rust-lang/bors#295 (the second and third
# body are the reports' own, with our command), rust-lang/homu#52 and #170, servo/homu#64.
@pytest.mark.parametrize(
    "body",
    [
        "I will start using `/canon scan` for this until we figure out how to deal with it.",
        "Reminder (for myself): if the job fails, use `/canon test` to try it\n`/canon test`",
        "> Reminder (for myself): if the job fails, use\n> /canon test\n",
        "On Fri, Jun 28, 2019 at 10:14 AM Bot wrote:\n\n> /canon ok-to-test\n>\n> Thanks!\n",
        "I'll let you handle it. Please use `/canon ok-to-test <sha>` once it's green.",
        "```\n/canon ok-to-test\n```",
        "<!-- /canon ok-to-test -->",
        "<details><summary>What I typed</summary>\n\n/canon ok-to-test\n\n</details>",
        "- [ ] `/canon test`\n- [ ] /canon test",
    ],
)
def test_what_is_only_quoted_or_shown_fires_nothing(body: str) -> None:
    assert parse(body, today=TODAY) == ()


COMMAND = st.sampled_from([example.line for c in COMMANDS.values() for example in c.examples])


@settings(max_examples=200, deadline=None)
@given(COMMAND, st.sampled_from(["```\n{}\n```", "~~~\n{}\n~~~", "    {}", "> {}", "<!-- {} -->"]))
def test_no_command_fires_from_code_quotes_and_comments(line: str, wrapping: str) -> None:
    assert parse(wrapping.format(line), today=TODAY) == ()


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None, categories=None), max_size=200))
def test_no_arguments_raise(text: str) -> None:
    for name in COMMANDS:
        parse(f"/canon {name} {text}", today=TODAY)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None, categories=None), max_size=200))
def test_refusals_are_short_lines_that_can_be_printed(text: str) -> None:
    for result in parse(f"/canon {text}\n/canon explain {text}", today=TODAY):
        if isinstance(result, Refusal):
            assert len(result.text) < 400
            assert (result.line + result.text).isprintable()
