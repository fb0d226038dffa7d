from bot.commands.grammar import Command, Conversation, Example
from bot.domain.effects import Track
from bot.domain.role import Role

COMMAND = Command(
    name="track",
    summary="Starts a migration with this issue: opens a pull request with a first configuration.",
    role=Role.WRITE,
    where=frozenset({Conversation.ISSUE}),
    effect=lambda _: Track(),
    examples=(Example("/canon track", Track()),),
)
