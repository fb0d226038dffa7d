from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example
from bot.domain.effects import TakeSnapshot
from bot.domain.role import Role

COMMAND = Command(
    name="snapshot",
    summary="Records the counts of the migration, and shows them beside those recorded before.",
    role=Role.TRIAGE,
    options=(MIGRATION,),
    effect=lambda arguments: TakeSnapshot(arguments["migration"]),
    examples=(Example("/canon snapshot", TakeSnapshot()),),
)
