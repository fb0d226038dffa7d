"""What can be typed after /canon, in Markdown made from the table: in answers, and as a page.

Commands stand in code only, so that these texts can be posted without being commands themselves.
"""

from collections.abc import Iterator

from bot.commands.grammar import PREFIX, Command, Conversation
from bot.commands.parser import MOST_COMMANDS
from bot.commands.permission import who
from bot.commands.table import COMMANDS
from bot.config.problems import did_you_mean, quoted
from bot.domain.role import Role

_INTRODUCTION = f"""\
# Slash commands

<!-- Made by bot/commands/reference.py from the files beside it; change those. -->

Type a command into a new comment on an issue or a pull request, at the beginning of a line of plain
text; up to {MOST_COMMANDS} in one comment. Canon reacts with eyes as soon as it has seen it, then
with a rocket, or with a confused face where something was not done. All commands of a comment are
answered in one comment, which says what became of each.

Not read as commands: edited comments, comments by bots, and text in code, quotes, lists, tables,
headings, `<details>` and HTML comments. A line right below a quoted one still belongs to the quote,
so leave an empty line between.

Put quotes (or backticks) around text with spaces. Words in capitals stand for values, square
brackets for what may be left out, and a bar for alternatives.

What you may do is asked of GitHub when the command is carried out. Where it cannot be found out,
nothing is done. What you wrote counts, as it stood when you wrote it; a later edit changes nothing.

A command is carried out once, however often GitHub delivers it and whatever dies meanwhile. It does
not wait for runs that take long: each worker keeps room for commands.

In an issue, commands are about the default branch. In a pull request, its own head is scanned and
tested; reports, plan and phase are about the branch that it goes to, whose configuration counts.
Which migration is meant is said by `--migration`, or else by the issue, or there is only one.

Pull requests that Canon opens stand on branches of their own (`canon/phase-1098-validate`,
`canon/track-1098`); while one is open it is named instead of opened again. They need the App's
permission to write contents, which Canon asks of GitHub for nothing else.
"""


def overview() -> str:
    """The answer to `/canon help`: all commands in a table, and who may use them."""
    rows = [
        f"| `{PREFIX} {command.name}` | {command.summary} | {_who_briefly(command)} |"
        for command in COMMANDS.values()
    ]
    more = f"More about one of them: `{PREFIX} help COMMAND`."
    return "\n".join(["| command | does | who |", "|---|---|---|", *rows, "", more])


def explanation(name: str) -> str:
    """The answer to `/canon help NAME`; for a name that is no command, the nearest that is one."""
    command = COMMANDS.get(name.lower())
    if command is not None:
        return "\n".join(_described(command)).rstrip()
    near = did_you_mean(name, COMMANDS) or f"`{PREFIX} help` lists them"
    return f"There is no command {quoted(name)}; {near}"


def document() -> str:
    """The page docs/commands.md."""
    parts = [_INTRODUCTION, overview(), ""]
    for command in COMMANDS.values():
        parts += [f"## {command.name}", "", *_described(command)]
    return "\n".join(parts).rstrip() + "\n"


def _described(command: Command) -> Iterator[str]:
    yield from ("```text", command.usage, "```", "", command.summary)
    if command.details:
        yield command.details
    yield from ("", f"Needs {who(command)}.{_where(command)}", "")
    parameters = [*_parameters(command)]
    if parameters:
        yield from (*parameters, "")
    yield from ("For example:", "", "```text")
    yield from (example.line for example in command.examples)
    yield from ("```", "")


def _parameters(command: Command) -> Iterator[str]:
    for positional in (positional for form in command.forms for positional in form):
        yield f"- `{positional.name}`: {positional.help}"
    for option in (*command.either, *command.options):
        yield f"- `{option}`: {option.help}"


def _where(command: Command) -> str:
    if command.where == frozenset(Conversation):
        return ""
    (only,) = command.where
    return f" In {'issues' if only is Conversation.ISSUE else 'pull requests'} only."


def _who_briefly(command: Command) -> str:
    role = "everybody who can read" if command.role is Role.READ else command.role
    return f"{role}, or the author" if command.or_author else role
