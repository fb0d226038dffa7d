"""Routes as a table: method, path, who may, and the function that answers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from simulator.answers import Answer
from simulator.model import READ, WRITE

Handler = Callable[..., Answer]

REPO = "/repos/<owner>/<name>"


class Audience(Enum):
    """Which kind of credential a route takes."""

    ANYBODY = auto()
    APP_ITSELF = auto()  # the App's JWT
    INSTALLATION = auto()  # an installation token
    USER = auto()  # a user's token


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `permissions`: any of them suffices, at `level`; none for open routes."""

    method: str
    path: str
    handler: Handler
    audience: Audience
    permissions: tuple[str, ...]
    level: str


class Routes:
    """The operations of one area, collected by its decorators."""

    def __init__(self) -> None:
        self.table: list[Route] = []

    def add(
        self,
        method: str,
        path: str,
        *permissions: str,
        audience: Audience = Audience.ANYBODY,
        level: str | None = None,
    ) -> Callable[[Handler], Handler]:
        """Register the decorated function. Reading needs `read`, everything else `write`."""
        needed = level or (READ if method == "GET" else WRITE)

        def register(handler: Handler) -> Handler:
            self.table.append(Route(method, path, handler, audience, permissions, needed))
            return handler

        return register
