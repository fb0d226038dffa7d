from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation, Trigger
from bot.domain.tested import LeftOut
from bot.suites.selection import select


def category(
    name: str = "unit",
    when: tuple[Trigger, ...] = tuple(Trigger),
    paths: tuple[str, ...] = (),
) -> Category:
    expect = dict.fromkeys(Phase, Expectation.PASS)
    return Category(name=name, run="true", expect=expect, timeout=60, when=when, paths=paths)


def test_a_category_without_conditions_is_always_run() -> None:
    for trigger in Trigger:
        assert select([category()], trigger, []).chosen == (category(),)


def test_a_category_is_left_out_where_the_event_is_another() -> None:
    push = category(when=(Trigger.PUSH,))
    selection = select([push], Trigger.PULL_REQUEST, ["a.py"])
    assert selection.chosen == ()
    assert selection.left_out == (LeftOut("unit", "it is run for pushes only"),)


def test_a_category_with_paths_is_run_where_a_changed_file_matches() -> None:
    backend = category(paths=("backend/**", "!backend/docs/**"))
    assert select([backend], Trigger.PUSH, ["x.py", "backend/app.py"]).chosen == (backend,)
    for changed in (["x.py"], ["backend/docs/a.md"], []):
        left_out = select([backend], Trigger.PUSH, changed).left_out
        assert [one.reason for one in left_out] == ["no changed file matches its `paths`"]


def test_a_named_category_is_run_whatever_has_changed() -> None:
    both = [category("unit", paths=("backend/**",)), category("slow", when=(Trigger.COMMAND,))]
    assert select(both, Trigger.PULL_REQUEST, [], named=["unit", "slow"]).chosen == tuple(both)


def test_a_command_does_not_run_what_is_not_for_commands() -> None:
    push = category(when=(Trigger.PUSH,))
    assert select([push], Trigger.PULL_REQUEST, [], named=["unit"]).chosen == ()
