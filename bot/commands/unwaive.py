from bot.commands.common import FINDINGS, MIGRATION, findings
from bot.commands.grammar import Command, Example
from bot.domain.effects import FileFindings, Finding, Unwaive
from bot.domain.role import Role

COMMAND = Command(
    name="unwaive",
    summary="Ends a waiver that was given by `/canon waive`.",
    role=Role.WRITE,
    forms=FINDINGS,
    options=(MIGRATION,),
    effect=lambda arguments: Unwaive(findings(arguments)),
    examples=(
        Example("/canon unwaive 3f9a2c1b", Unwaive(Finding("3f9a2c1b"))),
        Example(
            "/canon unwaive factory-import app/legacy.py",
            Unwaive(FileFindings("factory-import", "app/legacy.py")),
        ),
    ),
)
