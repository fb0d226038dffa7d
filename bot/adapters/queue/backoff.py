"""How long to wait after a failure that nobody expected."""

from datetime import timedelta

_FIRST = timedelta(seconds=2)
_LONGEST = timedelta(minutes=15)


def backoff(failures: int, chance: float) -> timedelta:
    """The pause after the given number of failures in a row (1 or more).

    It doubles up to a quarter of an hour and never ends: nothing is given up. `chance`, from 0 to
    1, spreads it by half in both directions, so that what failed together does not return together.
    """
    doublings = min(failures - 1, 20)
    return min(_FIRST * (1 << doublings), _LONGEST) * (0.5 + chance)
