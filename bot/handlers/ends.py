from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The commits of one evaluation, and the configuration files (path -> bytes) at both ends.

    `tip` is the commit whose configuration, `gate`, judges; `start` is where the comparison
    starts, for a pull request the merge base; `proposed` is the configuration at the head.
    """

    tip: str
    start: str
    head: str
    gate: Mapping[str, bytes]
    proposed: Mapping[str, bytes]

    @property
    def configuration_changes(self) -> bool:
        """Whether the head would change the configuration."""
        return self.gate != self.proposed
