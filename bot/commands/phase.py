from bot.commands import values
from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example, Positional
from bot.domain.effects import ProposePhase
from bot.domain.phase import Phase
from bot.domain.role import Role

COMMAND = Command(
    name="phase",
    summary="Opens a pull request that moves the migration to another phase.",
    role=Role.WRITE,
    forms=((Positional("PHASE", f"one of {', '.join(Phase)}", values.choice(Phase)),),),
    options=(MIGRATION,),
    effect=lambda arguments: ProposePhase(arguments["PHASE"], arguments["migration"]),
    examples=(
        Example("/canon phase validate", ProposePhase(Phase.VALIDATE)),
        Example("/canon phase migrate --migration 1098", ProposePhase(Phase.MIGRATE, 1098)),
    ),
    details="The pull request shows why the conditions of the phase are met, or which are not.",
)
