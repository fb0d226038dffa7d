from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example
from bot.domain.effects import ShowInventory
from bot.domain.role import Role

COMMAND = Command(
    name="inventory",
    summary="Lists the existing tests that touch the migration, with their risk.",
    role=Role.READ,
    options=(MIGRATION,),
    effect=lambda arguments: ShowInventory(arguments["migration"]),
    examples=(Example("/canon inventory", ShowInventory()),),
)
