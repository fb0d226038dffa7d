from bot.commands import values
from bot.commands.common import MIGRATION
from bot.commands.grammar import Command, Example, Positional
from bot.domain.effects import ShowReport
from bot.domain.report import ReportKind
from bot.domain.role import Role

COMMAND = Command(
    name="report",
    summary="Answers with a report.",
    role=Role.READ,
    forms=((Positional("KIND", f"one of {', '.join(ReportKind)}", values.choice(ReportKind)),),),
    options=(MIGRATION,),
    effect=lambda arguments: ShowReport(arguments["KIND"], arguments["migration"]),
    examples=(
        Example("/canon report executive", ShowReport(ReportKind.EXECUTIVE)),
        Example(
            "/canon report violations --migration 1098", ShowReport(ReportKind.VIOLATIONS, 1098)
        ),
    ),
)
