from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port: this machine's."""

    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""
        return datetime.now(UTC)
