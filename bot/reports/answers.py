"""Answers to commands, as Markdown: what was typed is shown in code, and acts on nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.grammar import PREFIX
from bot.commands.parser import Refusal
from bot.domain.errors import CanonError, ConfigurationInvalidError, CouldNotCheckError
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.markdown import code, message, prose

_LONGEST_TEXT: Final = 600
_MOST_PROBLEMS: Final = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """A line that was typed, and the answer to it (Markdown)."""

    line: str
    answer: str


def answers(given: Sequence[Answered]) -> str:
    """One comment that answers them all; what does not fit into it any more is said to be so."""
    parts: list[str] = []
    left = LONGEST_COMMENT
    for one in given:
        part = f"**{code(one.line)}**\n\n{one.answer.strip()}\n"
        if len(part.encode()) > left - 200 * (len(given) - len(parts)):
            part = f"**{code(one.line)}**\n\nThe answer has no room beside the others: ask alone.\n"
        parts.append(part)
        left -= len(part.encode())
    return "\n---\n\n".join(parts) if len(parts) > 1 else "".join(parts)


def refused(refusal: Refusal) -> str:
    """Why a line is not carried out, and how the command is used."""
    said = _sentence(message(refusal.text, _LONGEST_TEXT))
    if refusal.usage is None:
        return said
    return f"{said}\n\nUsage: {code(refusal.usage, _LONGEST_TEXT)}"


def failed(error: CanonError) -> str:
    """Why an effect did not come about: the input is wrong, or the world did not let us."""
    if isinstance(error, ConfigurationInvalidError):
        shown = [f"- {prose(str(one), _LONGEST_TEXT)}" for one in error.problems[:_MOST_PROBLEMS]]
        left = len(error.problems) - len(shown)
        more = [f"- {left:,} more"] if left else []
        return "\n".join(["The configuration is invalid:", "", *shown, *more])
    said = _sentence(message(str(error), _LONGEST_TEXT))
    if isinstance(error, CouldNotCheckError):
        return f"This could not be done. {said}"
    return said


def gave_up(attempts: int) -> str:
    """That a command's process died again and again."""
    return (
        f"This was tried {attempts} times, and each time the process died; "
        f"the service's log says more. To try again, write {code(PREFIX)} anew."
    )


def _sentence(text: str) -> str:
    said = text[:1].upper() + text[1:]
    return said if said.endswith((".", "?", "!")) else f"{said}."
