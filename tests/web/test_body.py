from io import BytesIO

import pytest

from bot.web.body import read_at_most


class Trickle(BytesIO):
    """Gives a few bytes at a time, as sockets do."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(3, size if size and size > 0 else 3))


@pytest.mark.parametrize("size", [0, 1, 9, 10])
def test_a_body_within_the_bound_is_read_whole(size: int) -> None:
    assert read_at_most(Trickle(b"x" * size), 10) == b"x" * size


def test_a_body_beyond_the_bound_is_refused_and_read_to_its_end() -> None:
    stream = Trickle(b"x" * 39)
    assert read_at_most(stream, 10) is None
    assert stream.read() == b""


def test_a_body_without_end_is_not_read_for_ever() -> None:
    stream = Trickle(b"x" * 1000)
    assert read_at_most(stream, 10) is None
    assert stream.tell() < 50
