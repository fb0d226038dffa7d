from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.queue.backoff import backoff


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2), (2, 4), (5, 32), (9, 512), (10, 900)])
def test_the_pause_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert backoff(failures, 0.5) == timedelta(seconds=seconds)


@given(st.integers(1, 10**9), st.floats(0, 1))
def test_however_often_it_failed_the_pause_is_bounded(failures: int, chance: float) -> None:
    assert timedelta(seconds=1) <= backoff(failures, chance) <= timedelta(minutes=22.5)
