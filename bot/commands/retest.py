from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example
from bot.domain.effects import RerunTests
from bot.domain.role import Role

COMMAND = Command(
    name="retest",
    summary="Runs the test categories again that did not end as expected.",
    role=Role.TRIAGE,
    or_author=True,
    options=(MIGRATION,),
    effect=lambda arguments: RerunTests(arguments["migration"]),
    examples=(Example("/canon retest", RerunTests()),),
    details="The code of a fork is run only after `/canon ok-to-test`, whoever asks.",
)
