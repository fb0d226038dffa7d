"""Waivers that were given by command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.repository import RepositoryRef
from bot.domain.waiver import GivenWaiver


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which command gave or ended a waiver: the key of its comment, and its position in it."""

    key: str
    position: int


class Waivers(Protocol):
    """Waivers by command. One that has ended is kept, but not answered any more."""

    def give(self, repository_id: int, waiver: GivenWaiver, occasion: Occasion) -> None:
        """Record a waiver; its `id` is not looked at. The same occasion gives one."""

    def standing(self, repository_id: int) -> Sequence[GivenWaiver]:
        """The waivers that nobody has ended, those past their last day too, oldest first."""

    def end(self, ids: Sequence[int], *, by: str, at: datetime, occasion: Occasion) -> None:
        """End waivers before their time."""

    def ended_on(self, occasion: Occasion) -> Sequence[GivenWaiver]:
        """The waivers that a command has ended: whoever repeats it finds them here."""

    def ending(self, until: date) -> Sequence[tuple[RepositoryRef, GivenWaiver]]:
        """Those whose last day is not after `until`, and of which that was not announced."""

    def announced(self, ids: Sequence[int], at: datetime) -> None:
        """Record that people were told."""

    def lapsed(self, today: date) -> Sequence[tuple[RepositoryRef, GivenWaiver]]:
        """Those whose last day was before `today`, and on which that was not acted upon."""

    def acted_upon(self, ids: Sequence[int], at: datetime) -> None:
        """Record that it was."""
