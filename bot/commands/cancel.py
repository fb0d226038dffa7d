from bot.commands.grammar import Command, Example
from bot.domain.effects import Cancel
from bot.domain.role import Role

COMMAND = Command(
    name="cancel",
    summary="Stops what is running here.",
    role=Role.TRIAGE,
    or_author=True,
    effect=lambda _: Cancel(),
    examples=(Example("/canon cancel", Cancel()),),
    details="Its check ends as cancelled, until the next push, `/canon scan` or Re-run.",
)
