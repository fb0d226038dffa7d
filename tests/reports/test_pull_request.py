import time
from dataclasses import replace

import pytest

from bot.domain.configuration import Configuration
from bot.domain.errors import (
    CanonError,
    ConfigurationInvalidError,
    ConfigurationProblem,
    CouldNotCheckError,
    SupersededError,
)
from bot.domain.phase import Phase
from bot.domain.publication import AnnotationLevel, Conclusion, Publication
from bot.domain.scan import FileProblem
from bot.domain.severity import Severity
from bot.domain.violation import Violation, Waiver
from bot.reports.pull_request import (
    InvalidChange,
    failed,
    preview,
    preview_invalid,
    publication,
    superseded,
    unconfigured,
)
from tests.reports.cases import CASES, CONTEXT, NEW, OLD, UNDER, compared, factory_imports
from tests.reports.gfm import page
from tests.reports.hostile import HOSTILE
from tests.support.scans import configuration, migration, numbered, rule, scan, violation

LIMIT = 65_535
OURS = "https://github.com/acme/shop/"


def texts(made: Publication) -> list[str]:
    every = [made.check.summary, made.check.text, made.comment, made.resolved]
    return [text for text in every if text]


def hostile_publications(text: str) -> list[Publication]:
    """Every report, with `text` wherever a user's text can come to stand."""
    under = configuration(
        migration(rule("factory-import", message=text), rule("other"), title=text)
    )
    waiver = Waiver(reason=text, by=text, until="2026-12-31")
    path = text.replace("\x00", "").replace("\ud800", "") or "x"
    common = {"message": text, "symbol": text, "replacement": text}
    added = [
        violation(f"{path}/1", 3, **common),
        violation(f"{path}/2", 4, **{**common, "replacement": "other", "message": "other"}),
        violation(f"{path}/3", 5, **common, waiver=waiver),
        violation(f"{path}/4", 5, **common, rule="other"),
    ]
    removed = [violation(f"{path}/5", **common), violation(f"{path}/6", **common)]
    skipped = [FileProblem(f"{path}/6", text), FileProblem(f"{path}/7", text)]
    problem = ConfigurationProblem(
        path=f".github/canon/{path}.yml", line=1, column=1, message=text, expected=text, hint=text
    )
    invalid = ConfigurationInvalidError([problem])
    head = scan(numbered(added), of=under, skipped=skipped)
    comparison = compared(removed, added, under, skipped=skipped)
    return [
        publication(comparison, head, CONTEXT),
        publication(comparison, head, CONTEXT, InvalidChange(invalid)),
        failed(invalid, CONTEXT),
        failed(CouldNotCheckError(text), CONTEXT),
        preview(under, head, CONTEXT),
        preview_invalid(invalid, CONTEXT),
        Publication(check=superseded(text)),
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:30]))
def test_no_text_from_users_does_anything_in_a_report(text: str) -> None:
    for made, benign in zip(hostile_publications(text), hostile_publications("x"), strict=True):
        for written, harmless in zip(texts(made), texts(benign), strict=True):
            shown = page(written)
            assert shown.acted_upon == []
            assert shown.comments == []
            assert shown.images == []
            assert all(link.startswith(OURS) for link in shown.links)
            assert not any(line.lstrip().startswith("/") for line in written.splitlines())
            assert set(shown.structure) <= set(page(harmless).structure)
            written.encode()


def is_utf8(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


@pytest.mark.parametrize(
    "text",
    [text for text in HOSTILE if text.strip() and len(text) < 100 and is_utf8(text)],
    ids=repr,
)
def test_no_text_from_users_changes_the_structure_of_a_report(text: str) -> None:
    for made, benign in zip(hostile_publications(text), hostile_publications("x"), strict=True):
        for written, harmless in zip(texts(made), texts(benign), strict=True):
            assert page(written).structure == page(harmless).structure


def many_rules(rules: int, migrations: int) -> tuple[Configuration, list[Violation]]:
    under = configuration(
        *(
            migration(
                *(rule(f"rule-{n}-{'x' * 60}") for n in range(rules)),
                issue=issue,
                title="A very long title " * 20,
            )
            for issue in range(1, migrations + 1)
        )
    )
    violations = [
        violation(
            f"{'deep/' * 30}{'é' * 50}/{n}.py",
            migration=one.issue,
            rule=of.id,
            symbol="a" * 300,
            message="$|@" * 500,
        )
        for one in under.migrations
        for of in one.rules
        for n in range(3)
    ]
    return under, violations


@pytest.mark.parametrize(("rules", "migrations"), [(1, 1), (60, 1), (1, 60), (40, 40)])
def test_whatever_is_found_the_report_fits_and_says_what_was_left_out(
    rules: int, migrations: int
) -> None:
    under, found = many_rules(rules, migrations)
    made = publication(compared([], found, under), scan(numbered(found), of=under), CONTEXT)
    for text in texts(made):
        assert len(text.encode()) <= LIMIT
    assert made.comment is not None
    assert ("more" in made.comment) == (rules * migrations > 1)


def test_a_flood_of_problems_in_a_configuration_fits() -> None:
    problems = [
        ConfigurationProblem(path="é" * 4_000, line=n, column=1, message="$" * 4_000)
        for n in range(1, 3_000)
    ]
    error = ConfigurationInvalidError(problems)
    head = scan(numbered(OLD), of=UNDER)
    for made in (
        failed(error, CONTEXT),
        preview_invalid(error, CONTEXT),
        publication(compared(OLD, OLD), head, CONTEXT, InvalidChange(error)),
    ):
        assert all(len(text.encode()) <= LIMIT for text in texts(made))
        assert len(made.check.title) <= 200
        assert len(made.check.annotations) <= 500


def test_ten_thousand_violations_render_in_under_200_ms() -> None:
    found = [*OLD, *factory_imports(10_000, "generated")]
    comparison, head = compared(OLD, found), scan(numbered(found), of=UNDER)
    publication(comparison, head, CONTEXT)  # templates are compiled once in a process
    start = time.process_time()  # not the wall's: other processes have their share of that
    publication(comparison, head, CONTEXT)
    assert time.process_time() - start < 0.2


def test_what_was_added_is_linked_to_its_line_at_the_head() -> None:
    comment = CASES["adds"]().comment
    assert comment is not None
    assert f"{OURS}blob/{CONTEXT.head}/{NEW[0].path}#L{NEW[0].line}" in page(comment).links


def test_a_path_is_quoted_in_its_link() -> None:
    found = [violation("a b/c#d?e%f.py", 3)]
    made = publication(compared([], found), scan(numbered(found), of=UNDER), CONTEXT)
    assert made.comment is not None
    assert f"{OURS}blob/{CONTEXT.head}/a%20b/c%23d%3Fe%25f.py#L3" in page(made.comment).links


def test_without_a_web_address_places_are_named_without_links() -> None:
    found = numbered([*OLD, *NEW])
    context = replace(CONTEXT, web_url=None)
    made = publication(compared(OLD, found), scan(found, of=UNDER), context)
    assert made.comment is not None
    assert page(made.comment).links == []
    assert f"{NEW[0].path}:{NEW[0].line}" in page(made.comment).text


def annotated(**changes: object) -> list[tuple[AnnotationLevel, str]]:
    severity = changes.pop("severity", Severity.P0)
    under = configuration(migration(rule(severity=severity), **changes))
    found = [violation(severity=severity)]
    made = publication(compared([], found, under), scan(found, of=under), CONTEXT)
    return [(one.level, one.message) for one in made.check.annotations]


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"phase": Phase.MIGRATE}, AnnotationLevel.FAILURE),
        ({"phase": Phase.DONE, "severity": Severity.P3}, AnnotationLevel.FAILURE),
        ({"phase": Phase.DETECT}, AnnotationLevel.WARNING),
        ({"phase": Phase.DETECT, "severity": Severity.P1}, AnnotationLevel.WARNING),
        ({"phase": Phase.DETECT, "severity": Severity.P2}, AnnotationLevel.NOTICE),
        ({"blocking": False}, AnnotationLevel.WARNING),
        ({"blocking": False, "severity": Severity.P3}, AnnotationLevel.NOTICE),
    ],
)
def test_an_annotation_is_as_grave_as_what_the_gate_makes_of_it(
    changes: dict[str, object], level: AnnotationLevel
) -> None:
    assert annotated(**changes) == [
        (level, "The factory is going away\n→ write `pkg.manager.create` instead")
    ]


def test_an_annotation_stands_at_the_line_and_column_of_the_violation() -> None:
    (one,) = CASES["adds"]().check.annotations[:1]
    assert (one.path, one.start_line, one.end_line) == (NEW[0].path, NEW[0].line, NEW[0].line)
    assert (one.start_column, one.end_column) == (NEW[0].column, NEW[0].column)
    assert one.title == "factory-import"


def test_waived_violations_get_no_annotation() -> None:
    assert CASES["waived"]().check.annotations == ()


def test_a_path_that_is_no_utf8_is_in_the_text_but_not_annotated() -> None:
    found = [violation(b"caf\xe9.py".decode("utf-8", "surrogateescape"))]
    made = publication(compared([], found), scan(numbered(found), of=UNDER), CONTEXT)
    assert made.check.annotations == ()
    assert "caf\\xe9.py:1" in page(made.check.text).text
    assert "1 of the violations have no annotation" in made.check.summary


def test_the_gravest_violations_are_annotated_when_there_are_too_many() -> None:
    under = configuration(migration(rule("one", severity=Severity.P3), rule("two")))
    trifles = [violation(f"a{n}.py", rule="one", severity=Severity.P3) for n in range(600)]
    grave = [violation(f"z{n}.py", rule="two") for n in range(3)]
    found = numbered([*trifles, *grave])
    made = publication(compared([], found, under), scan(found, of=under), CONTEXT)
    assert [one.title for one in made.check.annotations[:4]] == ["two", "two", "two", "one"]


@pytest.mark.parametrize(
    ("made", "conclusion"),
    [
        ("adds", Conclusion.FAILURE),
        ("removes", Conclusion.SUCCESS),
        ("detect", Conclusion.NEUTRAL),
        ("not_blocking", Conclusion.NEUTRAL),
        ("unchecked", Conclusion.FAILURE),
        ("breaks_configuration", Conclusion.FAILURE),
        ("first_configuration", Conclusion.NEUTRAL),
        ("first_configuration_invalid", Conclusion.FAILURE),
        ("broken_configuration", Conclusion.FAILURE),
    ],
)
def test_the_check_ends_as_the_gate_says(made: str, conclusion: Conclusion) -> None:
    assert CASES[made]().check.conclusion is conclusion


def test_a_superseded_run_ends_as_cancelled_and_names_what_came() -> None:
    output = superseded("d" * 40)
    assert output.conclusion is Conclusion.CANCELLED
    assert output.title == "Superseded by commit dddddddddddd"


def test_a_head_without_configuration_is_neutral() -> None:
    assert unconfigured().check.conclusion is Conclusion.NEUTRAL
    assert unconfigured().comment is None


@pytest.mark.parametrize("error", [CouldNotCheckError("no answer"), SupersededError("x")])
def test_an_error_posts_no_comment_but_corrects_one_that_stands(error: CanonError) -> None:
    made = failed(error, CONTEXT)
    assert made.comment is None
    assert made.resolved is not None
    assert "out of date" in made.resolved
