"""Slash commands, from the webhook to the answer, each by who may give it and who may not."""

from bot.commands.table import COMMANDS
from tests.support.conversation import Town


def test_help_is_answered_in_one_comment_with_eyes_first_and_then_a_rocket(town: Town) -> None:
    comment = town.say(town.issue, "/canon help", by="rita")

    answer = town.done(comment)

    assert town.reactions(comment) == ["eyes", "rocket"]
    assert all(f"`/canon {name}`" in answer for name in COMMANDS)
