from bot.commands import values
from bot.commands.grammar import Command, Example, Positional
from bot.domain.effects import ShowHelp
from bot.domain.role import Role

COMMAND = Command(
    name="help",
    summary="Shows what can be typed here; with a command, how to use it.",
    role=Role.READ,
    forms=((Positional("COMMAND", "the command to explain", values.name, required=False),),),
    effect=lambda arguments: ShowHelp(arguments["COMMAND"]),
    examples=(
        Example("/canon help", ShowHelp()),
        Example("/canon help waive", ShowHelp("waive")),
    ),
)
