"""What the measures of one run came to, each with what it was measured from. No data, no number."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.measure import Measure


@dataclass(frozen=True, slots=True)
class CommitLink:
    """A commit's page."""

    commit: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file at a commit, at a line (1-based) where one is meant."""

    commit: str
    path: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page by its whole address: a run's details, an artifact, a probe's history."""

    url: str


Link = CommitLink | FileLink | PageLink
"""Where evidence can be looked at, as data; reports know how to make an address of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a value rests on.

    `basis` says it in words ("10 violations in 7 files"). `commit` is None for what is not about
    a commit, such as a live service. `caveats` are what a sceptical reader should know besides.
    """

    basis: str
    commit: str | None = None
    link: Link | None = None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A value: a share from 0 to 1, or a count, as the measure's figure says."""

    value: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """There is no value, and why."""

    reason: str


Measurement = Measured | Unmeasured


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything that was measured of one migration, by name."""

    values: Mapping[Measure, Measurement]

    def of(self, measure: Measure) -> Measurement:
        """What this measure came to; a measure of something the migration lacks is unmeasured."""
        found = self.values.get(measure)
        if found is None:
            return Unmeasured(f"this migration has nothing to take {measure} from")
        return found
