"""What every part of one report needs: the evidence, what follows from it, links, and room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from bot.decide.assessment import Assessment
from bot.domain.evidence import MigrationEvidence
from bot.domain.measurement import CommitLink, FileLink, Link, PageLink
from bot.reports.context import ReportContext

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a report is written out.

    So many files of one rule, tests of one category, and rows of any other table or list.
    """

    files: int
    tests: int
    rows: int


COMMENT: Final = (
    Room(8, 25, 30),
    Room(5, 15, 20),
    Room(3, 8, 12),
    Room(1, 3, 6),
    Room(0, 1, 2),
    Room(0, 0, 1),
    Room(0, 0, 0),
)
"""For a comment on GitHub, the most generous first."""

PAGE: Final = (Room(1_000, 5_000, 1_000),)
"""For a page of its own, which has no bound but a reader's patience."""


@dataclass(frozen=True, slots=True)
class Cut(Generic[_Item]):
    """The first ones of a list, and how many are left out."""

    shown: Sequence[_Item]
    left_out: int


class Frame:
    """One rendering of one report; it counts what it leaves out."""

    def __init__(
        self,
        evidence: MigrationEvidence,
        assessment: Assessment,
        context: ReportContext,
        room: Room,
    ) -> None:
        self.evidence = evidence
        self.assessment = assessment
        self.context = context
        self.room = room
        self.left_out = 0

    @property
    def today(self) -> date:
        """The day of the report, in UTC."""
        return self.context.at.date()

    def rows(self, items: Sequence[_Item]) -> Cut[_Item]:
        """As many of `items` as any table or list shows."""
        return self.cut(items, self.room.rows)

    def cut(self, items: Sequence[_Item], most: int) -> Cut[_Item]:
        """The first `most` of `items`; the rest is counted."""
        left = max(0, len(items) - most)
        self.left_out += left
        return Cut(items[:most], left)

    def url(self, link: Link | None) -> str | None:
        """The address of a piece of evidence, as far as it has one."""
        match link:
            case FileLink(commit, path, line):
                return self.context.blob(path, line or 1, commit=commit)
            case CommitLink(commit):
                return self.context.commit(commit)
            case PageLink(url):
                return url
            case None:
                return None

    def at(self, path: str, line: int) -> str | None:
        """The page of a line at the commit that was scanned; none for a working directory."""
        commit = self.evidence.scan.commit
        return None if "+" in commit else self.context.blob(path, line, commit=commit)

    def folder(self, path: str) -> str | None:
        """The page of a directory at the commit that was scanned."""
        commit = self.evidence.scan.commit
        return None if "+" in commit else self.context.folder(path, commit=commit)

    def configuration(self) -> str | None:
        """The page of the configuration's first file, where what people state can be read."""
        paths = self.context.config_paths
        return self.context.blob(paths[0], 1, commit=self.context.base) if paths else None
