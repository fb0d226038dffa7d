"""The commands in a comment: Markdown in, what they mean out.

Whose comments are read, and which, is for the caller to see to: those just created, by people. An
edited comment must not fire again (rust-lang/homu#79, bors-ng#196).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.commands.grammar import PREFIX, Command, bind
from bot.commands.plain import plain_lines
from bot.commands.table import COMMANDS
from bot.commands.words import Problem, Word, split
from bot.config.problems import did_you_mean, legible, quoted
from bot.domain.effects import Effect

MOST_COMMANDS: Final = 10
LONGEST_LINE: Final = 1_500
LONGEST_COMMENT: Final = 65_536
"""GitHub's own limit; a longer body comes from elsewhere."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command that was understood: who may give it is still to be seen (`permission`)."""

    line: str
    command: Command
    effect: Effect


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was meant as a command and is not carried out, and why, in one sentence.

    `line` is what was typed, shortened; it and `text` hold what users wrote, so they are escaped
    like all of it. `usage` is the command's usage line, None where there is no such command.
    """

    line: str
    text: str
    usage: str | None = None


def parse(body: str, *, today: date) -> tuple[Request | Refusal, ...]:
    """What a comment asks for, in order; empty for a comment without commands.

    `today` is the day (UTC) on which the comment was written, whenever it is read: the same
    delivery then means the same.
    """
    if PREFIX not in body.lower():
        return ()
    if len(body) > LONGEST_COMMENT:
        return (Refusal(legible(body), f"longer than {LONGEST_COMMENT:,} characters"),)
    result: list[Request | Refusal] = []
    for line in filter(_is_command, plain_lines(body)):
        if len(result) == MOST_COMMANDS:
            text = f"at most {MOST_COMMANDS} commands in one comment; this and the rest is not read"
            return (*result, Refusal(legible(line), text))
        result.append(understand(line, today=today))
    return tuple(result)


def understand(line: str, *, today: date) -> Request | Refusal:
    """What one line means that begins with /canon; that alone asks for help."""
    if len(line) > LONGEST_LINE:
        return Refusal(legible(line), f"longer than {LONGEST_LINE:,} characters")
    words = split(line[len(PREFIX) :])
    if isinstance(words, Problem):
        return Refusal(legible(line), words.text)
    name, *rest = words or (Word("help"),)
    command = COMMANDS.get((name.text or "").lower()) if name.option is None else None
    if command is None:
        return Refusal(legible(line), _unknown(name))
    effect = bind(command, rest, today)
    if isinstance(effect, Problem):
        return Refusal(legible(line), effect.text, command.usage)
    return Request(legible(line), command, effect)


def _is_command(line: str) -> bool:
    start, end = line[: len(PREFIX)], line[len(PREFIX) : len(PREFIX) + 1]
    return start.lower() == PREFIX and (not end or end.isspace())


def _unknown(name: Word) -> str:
    typed = name.text if name.option is None else f"--{name.option}"
    near = did_you_mean((typed or "").lstrip("-"), COMMANDS)
    return f"there is no command {quoted(typed or '')}; {near or f'`{PREFIX} help` lists them'}"
