from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide.difference import unclear
from bot.decide.ratchet import compare
from bot.domain.comparison import Comparison, MigrationComparison
from bot.domain.configuration import Configuration
from bot.domain.hunk import Hunk
from bot.domain.scan import FileProblem, WaiverProblem
from bot.domain.verdict import Outcome
from bot.domain.violation import Violation
from tests.support.scans import (
    BASE,
    HEAD,
    MERGE_BASE,
    WAIVER,
    configuration,
    migration,
    numbered,
    rule,
    scan,
    violation,
)

TODAY = date(2026, 11, 21)


def compared(
    base: Sequence[Violation],
    head: Sequence[Violation],
    *,
    renames: Mapping[str, str] | None = None,
    under: Configuration | None = None,
    skipped: Sequence[FileProblem] = (),
    hunks: Mapping[str, Sequence[Hunk]] | None = None,
) -> Comparison:
    return compare(
        under or configuration(),
        scan(base, of=under, commit=MERGE_BASE),
        scan(head, of=under, skipped=skipped),
        renames or {},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=TODAY,
        hunks=hunks,
    )


def only(comparison: Comparison) -> MigrationComparison:
    (one,) = comparison.migrations
    return one


def test_a_violation_that_moved_to_another_line_is_kept() -> None:
    result = only(compared([violation(line=3)], [violation(line=40)]))
    assert (result.added, result.removed, result.kept) == ((), (), 1)


def test_a_violation_in_a_renamed_file_is_kept() -> None:
    base = numbered([violation("old.py", 1), violation("old.py", 2)])
    head = numbered([violation("new.py", 1), violation("new.py", 2)])
    result = only(compared(base, head, renames={"old.py": "new.py"}))
    assert (result.added, result.removed, result.kept) == ((), (), 2)


def test_without_the_rename_the_same_violation_is_removed_and_added() -> None:
    result = only(compared([violation("old.py")], [violation("new.py")]))
    assert [v.path for v in result.removed] == ["old.py"]
    assert [v.path for v in result.added] == ["new.py"]


def test_a_violation_whose_symbol_is_its_file_follows_the_rename() -> None:
    base = numbered([violation("old.py", symbol="old.py")])
    head = numbered([violation("new.py", symbol="new.py")])
    result = only(compared(base, head, renames={"old.py": "new.py"}))
    assert (result.added, result.removed, result.kept) == ((), (), 1)


def test_what_was_removed_is_named_by_its_old_path() -> None:
    result = only(compared([violation("old.py")], [], renames={"old.py": "new.py"}))
    assert [v.path for v in result.removed] == ["old.py"]


def test_each_rule_has_its_own_ratchet() -> None:
    under = configuration(migration(rule("one"), rule("two")))
    seven = [violation(f"f{n}.py", rule="one") for n in range(7)]
    four = [violation(f"f{n}.py", rule="two") for n in range(4)]
    result = only(compared(seven, four, under=under))
    one, two = result.rules
    assert (one.removed, one.outcome) == (7, Outcome.PASS)
    assert (two.added, two.outcome) == (4, Outcome.FAIL)
    assert result.verdict is Outcome.FAIL


def test_a_violation_whose_file_is_skipped_at_the_head_is_not_removed_but_unchecked() -> None:
    too_large = FileProblem("app/a.py", "larger than 1 MiB")
    comparison = compared([violation("app/a.py")], [], skipped=[too_large])
    result = only(comparison)
    assert (result.removed, [v.path for v in result.unchecked]) == ((), ["app/a.py"])
    assert comparison.verdict is Outcome.ERROR
    assert comparison.skipped == (too_large,)


def test_a_file_that_was_skipped_before_is_no_news() -> None:
    too_large = FileProblem("old.py", "larger than 1 MiB")
    moved = replace(too_large, path="new.py")
    comparison = compare(
        configuration(),
        scan(skipped=[too_large]),
        scan(skipped=[moved]),
        {"old.py": "new.py"},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=TODAY,
    )
    assert comparison.skipped == ()


def test_a_waiver_on_an_old_violation_takes_it_out_of_the_count() -> None:
    result = only(compared([violation()], [violation(waiver=WAIVER)]))
    assert (result.rules[0].base, result.rules[0].head) == (1, 0)
    assert [v.waiver for v in result.waived] == [WAIVER]
    assert (result.added, result.removed, result.kept) == ((), (), 1)


def test_scans_of_another_configuration_are_refused() -> None:
    other = configuration(digest="0" * 64)
    with pytest.raises(ValueError, match="configuration"):
        compare(
            configuration(),
            scan(of=other),
            scan(),
            {},
            merge_base=MERGE_BASE,
            base_commit=BASE,
            head_commit=HEAD,
            today=TODAY,
        )


PATHS = ("a.py", "b.py", "c.py", "new.py")
places = st.builds(
    violation,
    path=st.sampled_from(PATHS[:3]),
    line=st.integers(1, 6),
    column=st.integers(1, 2),
    rule=st.sampled_from(["one", "two"]),
    symbol=st.sampled_from(["x", "y"]),
    waiver=st.sampled_from([None, None, WAIVER]),
)
trees = st.lists(places, max_size=12).map(numbered)


def identity(one: Violation) -> tuple[str, str]:
    return one.rule, one.fingerprint


@given(base=trees, head=trees)
def test_added_removed_and_kept_agree_with_subtracting_one_by_one(
    base: tuple[Violation, ...], head: tuple[Violation, ...]
) -> None:
    left = [identity(v) for v in base]
    added = []
    for one in head:
        if identity(one) in left:
            left.remove(identity(one))
        else:
            added.append(identity(one))

    result = only(compared(base, head, under=configuration(migration(rule("one"), rule("two")))))

    assert Counter(map(identity, result.added)) == Counter(added)
    assert Counter(map(identity, result.removed)) == Counter(left)
    assert result.kept == len(head) - len(added)


@given(base=trees, head=trees)
def test_each_count_at_the_head_is_explained_by_what_changed(
    base: tuple[Violation, ...], head: tuple[Violation, ...]
) -> None:
    result = only(compared(base, head, under=configuration(migration(rule("one"), rule("two")))))
    for delta in result.rules:
        newly_waived = [v for v in result.waived if v.rule == delta.id and v not in result.added]
        unwaived = [v for v in result.unwaived if v.rule == delta.id]
        change = delta.added - delta.removed - len(newly_waived) + len(unwaived)
        assert delta.head == delta.base + change
        assert delta.head == sum(v.rule == delta.id and v.waiver is None for v in head)


@given(tree=trees)
def test_renaming_every_file_changes_nothing(tree: tuple[Violation, ...]) -> None:
    renames = {path: f"moved/{path}" for path in PATHS}
    moved = numbered(replace(v, path=renames[v.path]) for v in tree)
    under = configuration(migration(rule("one"), rule("two")))
    result = only(compared(tree, moved, renames=renames, under=under))
    assert (result.added, result.removed, result.kept) == ((), (), len(tree))
    assert result.verdict is Outcome.PASS


@given(base=trees, head=trees)
def test_in_migrate_the_gate_passes_exactly_when_nothing_counted_is_new(
    base: tuple[Violation, ...], head: tuple[Violation, ...]
) -> None:
    counted_before = Counter(identity(v) for v in base if v.waiver is None)
    counted_now = Counter(identity(v) for v in head if v.waiver is None)
    result = only(compared(base, head, under=configuration(migration(rule("one"), rule("two")))))
    assert (result.verdict is Outcome.PASS) == (not counted_now - counted_before)


def same_symbol(*lines: int) -> tuple[Violation, ...]:
    return numbered(violation(line=line) for line in lines)


def lines_of(violations: Sequence[Violation]) -> list[int]:
    return [one.line for one in violations]


def test_the_added_one_is_the_one_on_an_added_line() -> None:
    inserted = {"app/a.py": [Hunk(1, 0, 2, 1)]}
    result = only(compared(same_symbol(2, 9), same_symbol(2, 3, 10), hunks=inserted))
    assert (lines_of(result.added), result.removed, result.kept) == ([2], (), 2)


def test_the_removed_one_is_the_one_on_a_removed_line() -> None:
    deleted = {"app/a.py": [Hunk(2, 1, 1, 0)]}
    result = only(compared(same_symbol(2, 9), same_symbol(8), hunks=deleted))
    assert (result.added, lines_of(result.removed), result.kept) == ((), [2], 1)


def test_a_waiver_stays_with_its_line_when_another_is_added_above() -> None:
    before = numbered([violation(line=2, waiver=WAIVER)])
    after = numbered([violation(line=2), violation(line=3, waiver=WAIVER)])
    result = only(compared(before, after, hunks={"app/a.py": [Hunk(1, 0, 2, 1)]}))
    assert (lines_of(result.added), result.waived, result.unwaived) == ([2], (), ())


def test_where_no_line_is_known_the_last_ones_are_the_added_ones() -> None:
    result = only(compared(same_symbol(2), same_symbol(2, 3)))
    assert lines_of(result.added) == [3]


def test_only_files_where_the_lines_matter_are_unclear() -> None:
    base = scan(numbered([violation("same.py"), violation("more.py"), violation("gone.py")]))
    head = scan(
        numbered(
            [
                violation("same.py"),
                *(violation("moved.py", n) for n in (1, 2)),
                violation("new.py", 1),
                violation("new.py", 2),
            ]
        )
    )
    assert unclear(base, head, {"more.py": "moved.py"}) == ["more.py", "moved.py"]


ranges = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)), max_size=3)


@st.composite
def some_hunks(draw: st.DrawFn) -> list[Hunk]:
    before, after, found = 1, 1, []
    for gone, come, gap in draw(ranges):
        before, after = before + gap, after + gap
        if gone or come:
            found.append(Hunk(before - (not gone), gone, after - (not come), come))
        before, after = before + gone + 1, after + come + 1
    return found


@given(base=trees, head=trees, hunks=st.dictionaries(st.sampled_from(PATHS), some_hunks()))
def test_how_many_were_added_and_removed_does_not_depend_on_the_lines(
    base: tuple[Violation, ...], head: tuple[Violation, ...], hunks: Mapping[str, Sequence[Hunk]]
) -> None:
    under = configuration(migration(rule("one"), rule("two")))
    with_lines = only(compared(base, head, under=under, hunks=hunks))
    without = only(compared(base, head, under=under))
    assert with_lines.kept == without.kept
    for one, other in ((with_lines.added, without.added), (with_lines.removed, without.removed)):
        key = [(v.rule, v.path, v.symbol) for v in other]
        assert Counter((v.rule, v.path, v.symbol) for v in one) == Counter(key)


def idle(path: str = "a.py", line: int = 1, reason: str = "expired") -> WaiverProblem:
    return WaiverProblem(path, line, reason)


def test_waivers_that_did_nothing_before_are_no_news_wherever_they_moved() -> None:
    comparison = compare(
        configuration(),
        replace(scan(), waivers=(idle("old.py", 3), idle())),
        replace(scan(), waivers=(idle("new.py", 7), idle(line=2), idle(line=4))),
        {"old.py": "new.py"},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=TODAY,
    )
    assert comparison.waivers == (idle(line=4),)
