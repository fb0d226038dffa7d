from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bot.decide.waived import with_waivers
from bot.domain.configuration import Configuration
from bot.domain.repository import RepositoryRef
from bot.domain.scan import Scan
from bot.domain.waiver import GivenWaiver
from bot.handlers.services import Services
from bot.ports.clock import Cancellation
from bot.ports.scanner import Scanner


@contextmanager
def waived_scanner(
    services: Services, repository: RepositoryRef, git_dir: Path, *, refusal: str | None
) -> Iterator[Scanner]:
    """The scanner of a mirror, which knows the waivers that were given by command too.

    `refusal` says why no command of a rule may be run on what is scanned; None where it may.
    """
    given = services.waivers.standing(repository.id)
    today = services.clock.now().date()
    with services.scanner(git_dir, refusal) as scanner:
        yield _WaivedScanner(scanner, given, today) if given else scanner


class _WaivedScanner:
    """The `Scanner` port on another one."""

    def __init__(self, scanner: Scanner, given: Sequence[GivenWaiver], today: date) -> None:
        self._scanner = scanner
        self._given = given
        self._today = today

    def scan(
        self, configuration: Configuration, commit: str, *, cancellation: Cancellation | None = None
    ) -> Scan:
        """Everything found at one commit."""
        found = self._scanner.scan(configuration, commit, cancellation=cancellation)
        return with_waivers(found, self._given, self._today)

    def pair(
        self,
        configuration: Configuration,
        base: str,
        head: str,
        *,
        cancellation: Cancellation | None = None,
    ) -> tuple[Scan, Scan, Mapping[str, str]]:
        """Both ends of a comparison, under the same waivers, and the renamed files between them."""
        before, after, renames = self._scanner.pair(
            configuration, base, head, cancellation=cancellation
        )
        before, after = (with_waivers(one, self._given, self._today) for one in (before, after))
        return before, after, renames
