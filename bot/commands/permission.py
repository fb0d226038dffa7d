"""Who may give which command, where. Fails closed: an unknown role is `Role.NONE`."""

from bot.commands.grammar import Command, Conversation
from bot.commands.parser import Refusal, Request
from bot.domain.role import Role


def refusal(
    request: Request, *, role: Role, conversation: Conversation, author: bool
) -> Refusal | None:
    """Why this request may not be carried out; None where it may.

    `role` is what its author has in the repository at the time of execution; `author` whether
    they are the author of the pull request or issue that is commented on.
    """
    command = request.command
    if conversation not in command.where:
        (only,) = command.where
        return Refusal(request.line, f"`{command.name}` works in {_article(only)} only")
    on_own_pull_request = author and conversation is Conversation.PULL_REQUEST
    if role.allows(command.role) or (command.or_author and on_own_pull_request):
        return None
    return Refusal(request.line, f"`{command.name}` needs {who(command)}; you have {_having(role)}")


def who(command: Command) -> str:
    """Who may use a command, in words."""
    author = ", or being the pull request's author" if command.or_author else ""
    return f"the role {command.role} or above{author}"


def _having(role: Role) -> str:
    return "none here" if role is Role.NONE else f"the role {role}"


def _article(conversation: Conversation) -> str:
    return "an issue" if conversation is Conversation.ISSUE else "a pull request"
