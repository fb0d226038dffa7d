from bot.commands import values
from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example, Positional
from bot.domain.effects import RunTests
from bot.domain.role import Role

COMMAND = Command(
    name="test",
    summary="Runs the test categories, or one of them.",
    role=Role.TRIAGE,
    or_author=True,
    forms=((Positional("CATEGORY", "one category; all without it", values.name, required=False),),),
    options=(MIGRATION,),
    effect=lambda arguments: RunTests(arguments["CATEGORY"], arguments["migration"]),
    examples=(
        Example("/canon test", RunTests()),
        Example("/canon test unit", RunTests("unit")),
    ),
    details="The code of a fork is run only after `/canon ok-to-test`, whoever asks.",
)
