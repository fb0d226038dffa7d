"""Which categories an event asks for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.suite import Category, Trigger
from bot.domain.tested import LeftOut
from bot.scanner.globs import Globs

_EVENTS = {
    Trigger.PULL_REQUEST: "pull requests",
    Trigger.PUSH: "pushes",
    Trigger.COMMAND: "commands",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The categories to run, and the others with the reason."""

    chosen: tuple[Category, ...]
    left_out: tuple[LeftOut, ...]


def select(
    categories: Sequence[Category],
    trigger: Trigger,
    changed: Collection[str],
    *,
    named: Collection[str] = (),
) -> Selection:
    """Choose by the event and the changed files (paths from the root).

    `named` are the categories that somebody asked for by command; they are run whatever has
    changed, where their `when` allows commands.
    """
    chosen, left_out = [], []
    for category in categories:
        reason = _against(category, trigger, changed)
        if reason and category.name in named and Trigger.COMMAND in category.when:
            reason = None
        if reason:
            left_out.append(LeftOut(category.name, reason))
        else:
            chosen.append(category)
    return Selection(tuple(chosen), tuple(left_out))


def _against(category: Category, trigger: Trigger, changed: Collection[str]) -> str | None:
    if trigger not in category.when:
        when = " and ".join(_EVENTS[one] for one in category.when)
        return f"it is run for {when} only"
    if category.paths and not any(map(Globs(category.paths).match, changed)):
        return "no changed file matches its `paths`"
    return None
