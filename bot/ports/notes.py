from typing import Protocol


class Notes(Protocol):
    """Which comments of a kind that is made once have been made."""

    def is_made(self, key: str, marker: str) -> bool:
        """Whether the target with this key has had the comment that carries this marker."""

    def made(self, key: str, marker: str) -> None:
        """Note that it has; noting it again changes nothing."""
