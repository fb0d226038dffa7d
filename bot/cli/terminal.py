"""What the command line may do with the terminal it is on: colours and a progress line."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, Self

import click

_PATIENCE: Final = 0.4
_INTERVAL: Final = 0.1
_CLEAR_LINE: Final = "\x1b[K"


def colourful(stream: IO[Any]) -> bool:
    """Whether colours are wanted there: on a terminal, unless NO_COLOR says no (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Palette:
    """The few styles that the text reports use; all of them do nothing where colour is off."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    @classmethod
    def of_output(cls) -> Self:
        """The palette for standard output."""
        return cls(on=colourful(sys.stdout))

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


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[None]:
    """Tell on standard error how long something has been going on; only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(what: str, done: threading.Event) -> None:
    """Nothing for what is over at once."""
    start = time.monotonic()
    shown = False
    while not done.wait(_PATIENCE if not shown else _INTERVAL):
        shown = True
        click.echo(f"\r{what} ... {time.monotonic() - start:.1f} s", nl=False, err=True)
    if shown:
        click.echo(f"\r{_CLEAR_LINE}", nl=False, err=True)
