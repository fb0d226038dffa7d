from collections.abc import Mapping
from typing import Protocol

from bot.domain.configuration import Configuration
from bot.domain.scan import Scan
from bot.ports.clock import Cancellation


class Scanner(Protocol):
    """Finds the violations of a configuration in commits of one repository.

    Raises `LimitExceededError` when a bound of the configuration's limits is reached, and
    whatever `cancellation` raises.
    """

    def scan(
        self, configuration: Configuration, commit: str, *, cancellation: Cancellation | None = None
    ) -> Scan:
        """Everything found at one commit."""

    def pair(
        self,
        configuration: Configuration,
        base: str,
        head: str,
        *,
        cancellation: Cancellation | None = None,
    ) -> tuple[Scan, Scan, Mapping[str, str]]:
        """Both ends of a comparison, and the renamed files between them (old path -> new)."""
