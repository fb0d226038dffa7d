from collections.abc import Callable

from bot.ports.sandbox import (
    SandboxProgress,
    SandboxRequest,
    SandboxResult,
    SandboxUnavailableError,
)


class RefusingSandbox:
    """What a machine without a sandbox has instead: everything is refused, with the reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def run(
        self, request: SandboxRequest, progress: Callable[[SandboxProgress], None]
    ) -> SandboxResult:
        """Raise `SandboxUnavailableError`."""
        del request, progress
        raise SandboxUnavailableError(self._reason)
