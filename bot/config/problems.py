"""Problems of one load, gathered until all are known, with what the author may have meant."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.domain.configuration import Place
from bot.domain.errors import ConfigurationProblem

MOST_IN_ONE_FILE = 200
"""So many problems of one file are written out; hostile input can hold hundreds of thousands."""

_LONGEST_SHOWN = 60


class Problems:
    """Collects problems; sorted by place at the end, whatever order they were found in."""

    def __init__(self) -> None:
        self._found: list[ConfigurationProblem] = []
        self._count: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._found)

    def full(self, path: str) -> bool:
        """Whether further problems of this file are only counted."""
        return self._count[path] >= MOST_IN_ONE_FILE

    def add(
        self, place: Place, message: str, *, expected: str | None = None, hint: str | None = None
    ) -> None:
        """Note one problem."""
        if not self.full(place.path):
            self._found.append(
                ConfigurationProblem(
                    path=place.path,
                    line=place.line,
                    column=place.column,
                    message=message,
                    expected=expected,
                    hint=hint,
                )
            )
        self._count[place.path] += 1

    def sorted(self) -> Sequence[ConfigurationProblem]:
        """All problems by path, line and column; a file with too many ends with their number."""
        inside = sorted(
            dict.fromkeys(self._found), key=lambda p: (p.path, p.line, p.column, p.message)
        )
        result: list[ConfigurationProblem] = []
        for position, problem in enumerate(inside):
            result.append(problem)
            last_of_file = inside[position + 1 : position + 2]
            left_out = self._count[problem.path] - MOST_IN_ONE_FILE
            if left_out > 0 and not (last_of_file and last_of_file[0].path == problem.path):
                result.append(
                    ConfigurationProblem(
                        path=problem.path,
                        line=problem.line,
                        column=problem.column,
                        message=f"and {left_out:,} more problems in this file",
                    )
                )
        return result


def legible(text: str) -> str:
    """User's text on one line, printable and not too long."""
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in shown
    )


def quoted(text: str) -> str:
    """User's text in backticks, legible."""
    return f"`{legible(text)}`"


def one_of(choices: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    names = [f"`{choice}`" for choice in choices]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "nothing"


def nearest(text: str, choices: Iterable[str]) -> str | None:
    """The choice that `text` was probably meant to be; None where none is near."""
    if len(text) > _LONGEST_SHOWN:
        return None
    by_form = {_form(choice): choice for choice in choices}
    found = get_close_matches(_form(text), by_form, n=1, cutoff=0.6)
    return by_form[found[0]] if found else None


def did_you_mean(text: str, choices: Iterable[str]) -> str | None:
    """A hint that names the nearest choice; None where none is near."""
    near = nearest(text, choices)
    return None if near is None else f"did you mean `{near}`?"


def _form(text: str) -> str:
    return text.lower().replace("-", "_").replace(" ", "_")
