from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example
from bot.domain.effects import ShowStatus
from bot.domain.role import Role

COMMAND = Command(
    name="status",
    summary="Shows how far the migration is, and brings its status comment up to date.",
    role=Role.READ,
    options=(MIGRATION,),
    effect=lambda arguments: ShowStatus(arguments["migration"]),
    examples=(
        Example("/canon status", ShowStatus()),
        Example("/canon status --migration 1098", ShowStatus(1098)),
    ),
)
