from bot.commands.grammar import Command, Example
from bot.domain.effects import Rescan
from bot.domain.role import Role

COMMAND = Command(
    name="scan",
    summary="Scans again: the pull request's head, or in an issue the default branch.",
    role=Role.TRIAGE,
    or_author=True,
    effect=lambda _: Rescan(),
    examples=(Example("/canon scan", Rescan()),),
)
