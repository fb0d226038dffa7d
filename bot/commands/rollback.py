from bot.commands import values
from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example, Positional
from bot.domain.effects import Rollback
from bot.domain.role import Role

COMMAND = Command(
    name="rollback",
    summary="Says how to go back in a clone; Canon does not revert by itself yet.",
    role=Role.WRITE,
    forms=(
        (
            Positional(
                "PULL",
                "the pull request to revert; without it, the latest one that was merged",
                values.number,
                required=False,
            ),
        ),
    ),
    options=(MIGRATION,),
    effect=lambda arguments: Rollback(arguments["PULL"], arguments["migration"]),
    examples=(
        Example("/canon rollback", Rollback()),
        Example("/canon rollback #1234", Rollback(1234)),
    ),
)
