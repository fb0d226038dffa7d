"""What a slash command looks like, declared; what one line of it means, as a value.

A line that does not fit is a `Problem`, with one short text. Nothing here raises: whatever somebody
types is input.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.commands.words import Problem, Word
from bot.config.problems import did_you_mean, one_of, quoted
from bot.domain.effects import Effect
from bot.domain.role import Role

PREFIX = "/canon"


class Conversation(StrEnum):
    """Where a comment stands."""

    ISSUE = "issue"
    PULL_REQUEST = "pull request"


@dataclass(frozen=True, slots=True)
class Positional:
    """A word that is known by its place; `read` makes the value of it."""

    name: str
    help: str
    read: Callable[[str], Any]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """`--name VALUE`, or `--name=VALUE`; where `read` is None, just `--name`."""

    name: str
    help: str
    read: Callable[[str], Any] | None = None
    metavar: str = ""
    required: bool = False

    def __str__(self) -> str:
        return f"--{self.name} {self.metavar}".strip()


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was read, by the names of the declarations; `today` is the day of the comment (UTC)."""

    values: Mapping[str, Any]
    today: date

    def __getitem__(self, name: str) -> Any:
        """The value, or None where the word or option was left out."""
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Example:
    """A line that people may type, and the effect that it has."""

    line: str
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One slash command.

    `role` is what its author must have in the repository; `or_author` lets the author of the pull
    request use it there, whatever the role. `forms` are the ways to place its words, told apart by
    how many there are. Of the flags in `either`, exactly one is needed. `effect` makes the value
    from what was read, or says what is wrong with it.
    """

    name: str
    summary: str
    role: Role
    effect: Callable[[Arguments], Effect | Problem]
    examples: tuple[Example, ...]
    or_author: bool = False
    forms: tuple[tuple[Positional, ...], ...] = ((),)
    either: tuple[Option, ...] = ()
    options: tuple[Option, ...] = ()
    where: frozenset[Conversation] = field(default=frozenset(Conversation))
    details: str = ""

    @property
    def usage(self) -> str:
        """The command in one line: `/canon test [CATEGORY] [--migration N]`."""
        forms = _alternatives([" ".join(map(_positional, form)) for form in self.forms])
        flags = _alternatives([str(flag) for flag in self.either])
        options = [str(option) if option.required else f"[{option}]" for option in self.options]
        return " ".join(filter(None, (PREFIX, self.name, forms, flags, *options)))


def bind(command: Command, words: Sequence[Word], today: date) -> Effect | Problem:
    """The effect of `command` with these words after its name."""
    options = _options(command, words)
    if isinstance(options, Problem):
        return options
    positionals = _positionals(command, options.left)
    if isinstance(positionals, Problem):
        return positionals
    missing = [
        f"`--{o.name}`" for o in command.options if o.required and o.name not in options.read
    ]
    if missing:
        return Problem(f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing")
    if command.either and sum(flag.name in options.read for flag in command.either) != 1:
        return Problem(f"exactly one is needed: {one_of(f'--{f.name}' for f in command.either)}")
    return command.effect(Arguments({**positionals, **options.read}, today))


@dataclass(frozen=True, slots=True)
class _Options:
    read: Mapping[str, Any]
    left: Sequence[str]


def _options(command: Command, words: Sequence[Word]) -> _Options | Problem:
    known = {option.name: option for option in (*command.either, *command.options)}
    read: dict[str, Any] = {}
    left: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.option is None:
            left.append(word.text or "")
            continue
        option = known.get(word.option.lower())
        if option is None:
            near = did_you_mean(word.option, known)
            hint = f"; {near.replace('`', '`--', 1)}" if near else ""
            return Problem(f"there is no option {quoted(f'--{word.option}')}{hint}")
        if option.name in read:
            return Problem(f"`--{option.name}` is given twice")
        value = _value(option, word, rest)
        if isinstance(value, Problem):
            return value
        read[option.name] = value
    return _Options(read, left)


def _value(option: Option, word: Word, rest: Iterator[Word]) -> Any:
    """The option's value: behind its `=`, or the next word."""
    if option.read is None:
        return True if word.text is None else Problem(f"`--{option.name}` takes no value")
    text = word.text
    if text is None:
        following = next(rest, None)
        if following is None or following.option is not None:
            return Problem(f"`--{option.name}` needs a value, {option.metavar}")
        text = following.text
    return _explained(f"`--{option.name}`", option.read(text or ""))


def _positionals(command: Command, words: Sequence[str]) -> Mapping[str, Any] | Problem:
    form = next((form for form in command.forms if _fits(form, len(words))), None)
    if form is None:
        return _misplaced(command, words)
    read: dict[str, Any] = {}
    for positional, text in zip(form, words, strict=False):
        value = _explained(positional.name, positional.read(text))
        if isinstance(value, Problem):
            return value
        read[positional.name] = value
    return read


def _fits(form: Sequence[Positional], count: int) -> bool:
    return sum(positional.required for positional in form) <= count <= len(form)


def _misplaced(command: Command, words: Sequence[str]) -> Problem:
    longest = max(command.forms, key=len)
    if len(words) <= len(longest):
        names = " or ".join(
            form[len(words)].name for form in command.forms if len(form) > len(words)
        )
        return Problem(f"{names} is missing")
    texts = any(option.read is not None for option in command.options)
    hint = "; put quotes around text with spaces" if texts else ""
    return Problem(f"{quoted(words[len(longest)])} is one word too many{hint}")


def _explained(name: str, value: Any) -> Any:
    return Problem(f"{name}: {value.text}") if isinstance(value, Problem) else value


def _positional(positional: Positional) -> str:
    return positional.name if positional.required else f"[{positional.name}]"


def _alternatives(ways: Sequence[str]) -> str:
    return f"({' | '.join(ways)})" if len(ways) > 1 else "".join(ways)
