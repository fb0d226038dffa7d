"""Places in which sandboxes run: each held by one run at a time, on the whole machine."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.sandbox import locks

_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Slot:
    """A held place.

    `uid` is what the sandbox runs as; None for our own. `events` and `control` are pipes, made
    anew: lines come out of the sandbox through the one, and the word to start goes in through the
    other. `name` is unique to the slot on this machine.
    """

    name: str
    uid: int | None
    events: Path
    control: Path
    directory: Path


@dataclass(frozen=True, slots=True)
class Slots:
    """A number of slots in one directory, which the uids must be able to pass through."""

    directory: Path
    first_uid: int | None
    count: int

    @property
    def prefix(self) -> str:
        """What the names of these slots begin with, and those of no other directory's."""
        place = os.fsencode(self.directory.resolve())
        return f"canon-{hashlib.sha256(place).hexdigest()[:8]}"

    @contextmanager
    def take(self, waiting: Callable[[], None]) -> Iterator[Slot]:
        """Hold a free slot; `waiting` is called now and then until there is one, and may raise."""
        while True:
            for number in range(self.count):
                with self._locked(number) as held:
                    if held:
                        yield self._slot(number)
                        return
            waiting()
            time.sleep(_PAUSE)

    @contextmanager
    def _locked(self, number: int) -> Iterator[bool]:
        place = self.directory / str(number)
        place.mkdir(parents=True, exist_ok=True)
        with locks.opened(place / "lock") as lock:
            yield locks.taken(lock, locks.Kind.EXCLUSIVE)

    def _slot(self, number: int) -> Slot:
        place = self.directory / str(number)
        place.chmod(0o711)
        uid = None if self.first_uid is None else self.first_uid + number
        slot = Slot(f"{self.prefix}-{number}", uid, place / "events", place / "control", place)
        for pipe in (slot.events, slot.control):
            with suppress(FileNotFoundError):
                pipe.unlink()
            os.mkfifo(pipe, 0o600)
            if uid is not None:
                os.chown(pipe, uid, uid)
        return slot
