"""Problems of one load, gathered until all are known, with what the author may have meant."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

from bot.domain.configuration import Place
from bot.domain.errors import ConfigurationProblem

MOST_IN_ONE_FILE = 200
"""So many problems of one file are written out; hostile input can hold hundreds of thousands."""

_LONGEST_SHOWN = 60
_MOST_CHOICES = 20
_MOST_COMPARED = 500


class Problems:
    """Collects problems; sorted by place at the end, whatever order they were found in."""

    def __init__(self) -> None:
        self._found: list[ConfigurationProblem] = []
        self._count: Counter[str] = Counter()
        self._places: set[tuple[str, int, int]] = set()

    def __bool__(self) -> bool:
        return self._count.total() > 0

    def full(self, path: str) -> bool:
        """Whether further problems of this file are only counted."""
        return self._count[path] >= MOST_IN_ONE_FILE

    def leave_out(self, path: str, number: int) -> None:
        """Count problems of a file that are not written out."""
        self._count[path] += number

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
        self._places.add((place.path, place.line, place.column))

    def at(self, place: Place) -> bool:
        """Whether a problem is noted at this very place."""
        return (place.path, place.line, place.column) in self._places

    def sorted(self) -> Sequence[ConfigurationProblem]:
        """All problems by path, line and column; a file with too many ends with their number."""
        left_out = [
            ConfigurationProblem(
                path=path, line=1, column=1, message=f"{count - MOST_IN_ONE_FILE:,} more problems"
            )
            for path, count in self._count.items()
            if count > MOST_IN_ONE_FILE
        ]
        by_place = sorted(self._found, key=lambda p: (p.path, p.line, p.column))
        return [*by_place, *sorted(left_out, key=lambda p: p.path)]


def legible(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """User's text on one line, printable and not too long."""
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in shown
    )


def quoted(text: str) -> str:
    """User's text in backticks, legible."""
    return f"`{legible(text)}`"


def one_of(choices: Iterable[str]) -> str:
    """`a`, `b` or `c`; of very many, the first ones."""
    names = [quoted(choice) for choice in islice(choices, _MOST_CHOICES + 1)]
    if len(names) > _MOST_CHOICES:
        return f"{', '.join(names[:_MOST_CHOICES])} ..."
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "nothing"


def nearest(text: str, choices: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The choice that `text` was probably meant to be; None where none is so alike (0..1)."""
    if len(text) > _LONGEST_SHOWN:
        return None
    by_form = {_form(choice): choice for choice in islice(choices, _MOST_COMPARED)}
    found = get_close_matches(_form(text), by_form, n=1, cutoff=likeness)
    return by_form[found[0]] if found else None


def did_you_mean(text: str, choices: Iterable[str]) -> str | None:
    """A hint that names the nearest choice; None where none is near."""
    near = nearest(text, choices)
    return None if near is None else f"did you mean {quoted(near)}?"


def _form(text: str) -> str:
    return text.lower().replace("-", "_").replace(" ", "_")
