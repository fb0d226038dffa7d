"""What the command line may do with the terminal it is on: colours and a progress line."""

import os
from collections.abc import Callable
from typing import IO, Any

import click

Style = Callable[[str], str]


def colourful(stream: IO[Any]) -> bool:
    """Whether colours are wanted there: on a terminal, unless NO_COLOR says no (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Palette:
    """The few styles that the text reports use; all of them do nothing where colour is off."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def bold(self, text: str) -> str:
        """What is looked for first."""
        return self._style(text, bold=True)

    def dim(self, text: str) -> str:
        """What may be overlooked."""
        return self._style(text, dim=True)

    def bad(self, text: str) -> str:
        """What fails."""
        return self._style(text, fg="red", bold=True)

    def good(self, text: str) -> str:
        """What is as it should be."""
        return self._style(text, fg="green", bold=True)

    def place(self, text: str) -> str:
        """A path."""
        return self._style(text, fg="cyan")

    def _style(self, text: str, **how: Any) -> str:
        return click.style(text, **how) if self._on else text
