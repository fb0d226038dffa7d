"""Words and options that several commands share."""

from typing import Final

from bot.commands import values
from bot.commands.grammar import Arguments, Option, Positional
from bot.domain.effects import FileFindings, Finding

MIGRATION: Final = Option(
    "migration",
    "the number of the migration's issue, where more than one could be meant",
    values.number,
    metavar="N",
)

FINGERPRINT: Final = Positional(
    "FINGERPRINT",
    "the violation, as reports name it; its first 8 digits will do",
    values.fingerprint,
)

FINDINGS: Final = (
    (FINGERPRINT,),
    (
        Positional("RULE", "the rule's id", values.name),
        Positional("PATH", "the file, with all violations of the rule in it", values.path),
    ),
)
"""The two ways to say which violations are meant."""


def findings(arguments: Arguments) -> Finding | FileFindings:
    """Which violations are meant, where `FINDINGS` were asked for."""
    if fingerprint := arguments["FINGERPRINT"]:
        return Finding(fingerprint, arguments["migration"])
    return FileFindings(arguments["RULE"], arguments["PATH"], arguments["migration"])
