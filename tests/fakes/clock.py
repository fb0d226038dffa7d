from datetime import UTC, datetime, timedelta


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


class Never:
    """A `Cancellation` that lets everything go on."""

    def check(self) -> None:
        return
