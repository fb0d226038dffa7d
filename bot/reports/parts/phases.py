"""The phases of a migration as work to be done: what each asks, runs and waits for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.phase import Phase
from bot.domain.suite import Category, Executor
from bot.reports.frame import Frame
from bot.reports.parts.wanted import StepRow, plan
from bot.reports.testing_words import EXPECTED

_PURPOSE: Final = {
    Phase.DETECT: "Prove that the mess is there.",
    Phase.MIGRATE: "Move, step by step; nothing new is added to the old side.",
    Phase.VALIDATE: "Prove that it is gone and that nothing broke.",
    Phase.DONE: "Keep it so.",
}
_GATE: Final = {
    Phase.DETECT: "Violations are reported and never block.",
    Phase.MIGRATE: "No violation may be added against the merge base.",
    Phase.VALIDATE: "Every rule has to be at its target.",
    Phase.DONE: "Every rule has to stay at its target, and the tests have to pass.",
}
_STATES: Final = ("done", "now", "to come")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseCategory:
    """A category in a phase."""

    name: str
    expect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """One phase. `commands` is the text of a shell block; `state` is done, now or to come."""

    number: int
    name: str
    state: str
    purpose: str
    gate: str
    commands: str
    categories: Sequence[PhaseCategory]
    steps: Sequence[StepRow]


def phases(frame: Frame) -> Sequence[PhaseView]:
    """The four phases in order."""
    migration = frame.evidence.migration
    steps = {group.phase: group.steps for group in plan(frame).groups}
    now = list(Phase).index(migration.phase)
    shown = frame.rows(migration.tests).shown
    return [
        PhaseView(
            number=number + 1,
            name=str(phase),
            state=_STATES[0] if number < now else _STATES[1] if number == now else _STATES[2],
            purpose=_PURPOSE[phase],
            gate=_GATE[phase],
            commands=_block(list(_commands(phase, shown, migration.issue))),
            categories=[
                PhaseCategory(name=one.name, expect=EXPECTED[one.expect[phase]]) for one in shown
            ],
            steps=steps.get(str(phase), ()),
        )
        for number, phase in enumerate(Phase)
    ]


def _commands(
    phase: Phase, categories: Sequence[Category], issue: int
) -> Iterator[tuple[str, str]]:
    """Commands, each with what it has to show; `done` is held by the gate alone."""
    if phase is Phase.DONE:
        return
    yield {
        Phase.DETECT: (f"canon scan --migration {issue}", "every rule finds something"),
        Phase.MIGRATE: (f"canon check --base origin/HEAD --migration {issue}", "nothing is added"),
        Phase.VALIDATE: (
            f"canon scan --migration {issue} --fail-on any",
            "every rule is at its target",
        ),
    }[phase]
    for one in categories:
        expected = EXPECTED[one.expect[phase]]
        if one.executor is Executor.ACTIONS:
            yield (
                f"# comment: /canon test {one.name} --migration {issue}",
                f"{expected}, on Actions",
            )
        else:
            yield f"canon test --category {one.name} --migration {issue}", expected


def _block(commands: Sequence[tuple[str, str]]) -> str:
    """The commands as a script, what they have to show in a column of comments."""
    width = max((len(command) for command, _ in commands), default=0)
    return "\n".join(f"{command:<{width}}  # {shows}" for command, shows in commands)
