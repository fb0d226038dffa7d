"""What a new configuration would change in the gate, in words; each says if it asks for less."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.phase import Phase

_SCOPE: Final = ("roots", "include", "exclude", "limits")
_WHAT_IT_LOOKS_FOR: Final = ("kind", "parameters", "include", "exclude")
_TOLD_APART: Final = ("issue", "phase", "blocking", "rules")
_ORDER: Final = list(Phase)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; names stand in `backticks`. `weaker` where the gate would ask for less."""

    text: str
    weaker: bool = False


def changes(before: Configuration, after: Configuration) -> Sequence[Change]:
    """All that differs between two configurations in what the gate asks for, and what it is told.

    Whether another scope or other parameters ask for less cannot be told from the text: compare
    the counts at one commit.
    """
    return [
        *(
            Change(f"`{name}` changes for the whole repository")
            for name in _SCOPE
            if getattr(before, name) != getattr(after, name)
        ),
        *_migrations(
            {one.issue: one for one in before.migrations},
            {one.issue: one for one in after.migrations},
        ),
    ]


def _migrations(
    before: Mapping[int, Migration], after: Mapping[int, Migration]
) -> Iterator[Change]:
    for issue, old in before.items():
        new = after.get(issue)
        if new is None:
            yield Change(f"`#{issue}` is no longer gated", weaker=True)
        else:
            yield from _migration(old, new)
    for issue, new in after.items():
        if issue not in before:
            yield Change(f"`#{issue}` is new: phase `{new.phase}`, {_rules_in(new)}")


def _migration(old: Migration, new: Migration) -> Iterator[Change]:
    name = f"`#{new.issue}`"
    if old.phase is not new.phase:
        back = _ORDER.index(new.phase) < _ORDER.index(old.phase)
        yield Change(f"{name} goes from phase `{old.phase}` to `{new.phase}`", weaker=back)
    if old.blocking is not new.blocking:
        words = "fails the check again" if new.blocking else "no longer fails the check"
        yield Change(f"{name} {words}", weaker=not new.blocking)
    told = [
        field.name
        for field in fields(Migration)
        if field.name not in _TOLD_APART and getattr(old, field.name) != getattr(new, field.name)
    ]
    if told:
        yield Change(f"{name} changes its " + ", ".join(f"`{one}`" for one in told))
    yield from _rules({rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules})


def _rules(before: Mapping[str, Rule], after: Mapping[str, Rule]) -> Iterator[Change]:
    for id_, old in before.items():
        new = after.get(id_)
        if new is None:
            yield Change(f"rule `{id_}` is removed", weaker=True)
        else:
            yield from _rule(old, new)
    for id_ in after:
        if id_ not in before:
            yield Change(f"rule `{id_}` is new")


def _rule(old: Rule, new: Rule) -> Iterator[Change]:
    name = f"rule `{new.id}`"
    looks = [one for one in _WHAT_IT_LOOKS_FOR if getattr(old, one) != getattr(new, one)]
    if looks:
        yield Change(f"{name} looks for something else: other " + _listed(looks))
    yield from _targets(name, old, new)
    if old.milestones != new.milestones:
        yield Change(f"{name} has other milestones", weaker=_loosened(old, new))
    if old.severity is not new.severity:
        yield Change(f"{name} is {new.severity}, was {old.severity}")
    if old.message != new.message:
        yield Change(f"{name} has another message")


def _targets(name: str, old: Rule, new: Rule) -> Iterator[Change]:
    if old.target != new.target:
        yield Change(
            f"{name} has the target {new.target:,}, was {old.target:,}",
            weaker=new.target > old.target,
        )
    for phase in Phase:
        was, will_be = old.targets.get(phase), new.targets.get(phase)
        if was != will_be:
            asked = old.target_in(phase), new.target_in(phase)
            yield Change(
                f"{name} has the target {_count(will_be)} in phase `{phase}`, was {_count(was)}",
                weaker=_more_allowed(*asked),
            )


def _more_allowed(was: int | None, will_be: int | None) -> bool:
    return was is not None and (will_be is None or will_be > was)


def _loosened(old: Rule, new: Rule) -> bool:
    """Whether some milestone is no longer covered by one as early and as strict."""
    return not all(
        any(then.until <= now.until and then.at_most <= now.at_most for then in new.milestones)
        for now in old.milestones
    )


def _rules_in(migration: Migration) -> str:
    count = len(migration.rules)
    return f"{count:,} rule{'' if count == 1 else 's'}"


def _count(value: int | None) -> str:
    return "none" if value is None else f"{value:,}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
