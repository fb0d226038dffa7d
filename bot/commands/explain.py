from bot.commands.common import FINGERPRINT
from bot.commands.grammar import Command, Example
from bot.domain.effects import Explain
from bot.domain.role import Role

COMMAND = Command(
    name="explain",
    summary="Tells why this is a violation, since when, and what to write instead.",
    role=Role.READ,
    forms=((FINGERPRINT,),),
    effect=lambda arguments: Explain(arguments["FINGERPRINT"]),
    examples=(Example("/canon explain 3f9a2c1b", Explain("3f9a2c1b")),),
)
