from datetime import date

from bot.commands import values
from bot.commands.common import FINDINGS, MIGRATION, findings
from bot.commands.grammar import Arguments, Command, Example, Option
from bot.commands.words import Problem
from bot.domain.effects import FileFindings, Finding, Waive
from bot.domain.role import Role


def _waive(arguments: Arguments) -> Waive | Problem:
    until: date = arguments["until"]
    last = _a_year_after(arguments.today)
    if until <= arguments.today:
        return Problem(f"`--until`: {until} is not in the future")
    if until > last:
        return Problem(f"`--until`: at most one year ahead, {last}")
    return Waive(findings(arguments), arguments["reason"], until.isoformat())


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)


COMMAND = Command(
    name="waive",
    summary="Excuses a violation, or all of one rule in one file, for a reason and a time.",
    role=Role.WRITE,
    forms=FINDINGS,
    options=(
        Option("reason", "why, in quotes", values.text, metavar="TEXT", required=True),
        Option(
            "until",
            "the last day of it (2026-12-31), at most one year ahead",
            values.day,
            metavar="DATE",
            required=True,
        ),
        MIGRATION,
    ),
    effect=_waive,
    examples=(
        Example(
            '/canon waive 3f9a2c1b --reason "waits for the v2 clients" --until 2026-12-31',
            Waive(Finding("3f9a2c1b"), "waits for the v2 clients", "2026-12-31"),
        ),
        Example(
            '/canon waive factory-import app/legacy.py --reason "deleted in #1201" '
            "--until 2026-11-30",
            Waive(
                FileFindings("factory-import", "app/legacy.py"), "deleted in #1201", "2026-11-30"
            ),
        ),
    ),
    details=(
        "Reports show it, with who gave it. The tracked issue is told a week before it ends; the "
        "day after, violations count again. Pull requests that it can concern are judged again."
    ),
)
