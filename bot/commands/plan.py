from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example
from bot.domain.effects import ShowPlan
from bot.domain.role import Role

COMMAND = Command(
    name="plan",
    summary="Shows the plan: what is done, what is next, what is due.",
    role=Role.READ,
    options=(MIGRATION,),
    effect=lambda arguments: ShowPlan(arguments["migration"]),
    examples=(Example("/canon plan", ShowPlan()),),
)
