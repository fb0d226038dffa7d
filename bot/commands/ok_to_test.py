from bot.commands import values
from bot.commands.grammar import Command, Conversation, Example, Positional
from bot.domain.effects import OkToTest
from bot.domain.role import Role

COMMAND = Command(
    name="ok-to-test",
    summary="Lets the tests run on this pull request's code, for its head commit only.",
    role=Role.WRITE,
    forms=(
        (
            Positional(
                "COMMIT",
                "the head commit you have read; without it, the one that stood when you wrote",
                values.commit,
                required=False,
            ),
        ),
    ),
    where=frozenset({Conversation.PULL_REQUEST}),
    effect=lambda arguments: OkToTest(arguments["COMMIT"]),
    examples=(
        Example("/canon ok-to-test", OkToTest()),
        Example("/canon ok-to-test 5f2d8c1", OkToTest("5f2d8c1")),
    ),
    details=(
        "Read the change first: it is about to be run. Only a head that Canon had evaluated before "
        "you wrote is meant, unless you name it in full. The next push asks again."
    ),
)
