from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example
from bot.domain.effects import TakeSnapshot
from bot.domain.role import Role

COMMAND = Command(
    name="snapshot",
    summary="Records the state of the migration, to be compared with later.",
    role=Role.TRIAGE,
    options=(MIGRATION,),
    effect=lambda arguments: TakeSnapshot(arguments["migration"]),
    examples=(Example("/canon snapshot", TakeSnapshot()),),
)
