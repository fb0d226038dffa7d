"""Scales of the decision matrix: straight lines between points, and the way back.

Numbers are exact fractions of what was written in decimals, so that a threshold that is reached on
paper is reached here (0.85 is 17/20, not the float beside it).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Final

_DIGITS: Final = 10**9
"""What is given back is rounded to so many parts, always to the side that keeps the promise."""


def exact(number: float) -> Fraction:
    """The number that a float is written as: 0.1 is 1/10."""
    return Fraction(str(number))


@dataclass(frozen=True, slots=True)
class Region:
    """Scores of at least `low` and below `high`; no limit above where that is None."""

    low: Fraction
    high: Fraction | None

    def holds(self, score: Fraction) -> bool:
        """Whether a score lies in the region."""
        return score >= self.low and (self.high is None or score < self.high)

    def entered(self, before: Fraction, after: Fraction) -> "tuple[Fraction, bool] | None":
        """The score at which a way from `before` to `after` comes in, and whether that is inside.

        None for a way that stays outside, or begins inside.
        """
        if before < self.low <= after:
            return self.low, True
        if self.high is not None and after < self.high <= before:
            return self.high, False
        return None


@dataclass(frozen=True, slots=True)
class Scale:
    """Points (measured value, score), the values increasing; flat beyond both ends.

    `whole` says that only whole values from 0 upwards can be measured: a count.
    """

    points: tuple[tuple[Fraction, Fraction], ...]
    whole: bool

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]], *, whole: bool) -> "Scale":
        """The scale as configured."""
        return cls(tuple((exact(value), exact(score)) for value, score in points), whole)

    def score(self, value: Fraction) -> Fraction:
        """The score for a measured value."""
        if value <= self.points[0][0]:
            return self.points[0][1]
        for (left, low), (right, high) in pairwise(self.points):
            if value <= right:
                return low + (high - low) * (value - left) / (right - left)
        return self.points[-1][1]

    def nearest(self, value: Fraction, region: Region) -> "Crossing | None":
        """The value nearest to `value`, whose score is not in `region`, that has one in it.

        None where no value can have such a score.
        """
        ways = (self._crossing(value, region, up=up) for up in (False, True))
        return min(filter(None, ways), key=lambda way: abs(way.value - value), default=None)

    def from_an_end(self, region: Region) -> "Crossing | None":
        """Where the region begins, coming from the end of the scale that lies outside of it.

        None where both ends lie in it, or no value does.
        """
        first, last = self.points[0][0], self.points[-1][0]
        if not region.holds(self.points[0][1]):
            return self._crossing(first, region, up=True)
        if not region.holds(self.points[-1][1]):
            return self._crossing(last, region, up=False)
        return None

    def _crossing(self, value: Fraction, region: Region, *, up: bool) -> "Crossing | None":
        for crossing in self._edges(value, region, up=up):
            if not self.whole:
                return crossing
            whole = crossing.to_whole()
            if whole.value >= 0 and region.holds(self.score(whole.value)):
                return whole
        return None

    def _edges(self, value: Fraction, region: Region, *, up: bool) -> Iterator["Crossing"]:
        """Every place beyond `value`, nearest first, where the score comes into the region."""
        for (start, _), (end, after) in pairwise(self.points if up else self.points[::-1]):
            begin = max(start, value) if up else min(start, value)
            if (begin >= end) if up else (begin <= end):
                continue
            before = self.score(begin)
            entered = region.entered(before, after)
            if entered is not None:
                edge, included = entered
                at = begin + (end - begin) * (edge - before) / (after - before)
                yield Crossing(at, up, included)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A value where a region begins, going `up` or down; `included`: it lies in it itself."""

    value: Fraction
    up: bool
    included: bool

    def to_whole(self) -> "Crossing":
        """The nearest whole number inside."""
        if self.up:
            whole = ceil(self.value) if self.included else floor(self.value) + 1
        else:
            whole = floor(self.value) if self.included else ceil(self.value) - 1
        return Crossing(Fraction(whole), self.up, included=True)


def outward(value: Fraction, *, up: bool) -> float:
    """A float that is written with nine decimals, no less far up (or down) than `value`."""
    parts = ceil(value * _DIGITS) if up else floor(value * _DIGITS)
    return parts / _DIGITS
