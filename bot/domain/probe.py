"""What is watched outside the code, as configured: live services, and coverage files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A GET of `url`; up means that this status came back."""

    url: str
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketExchange:
    """A connection to `url`; up means that, after `send`, these events came in this order."""

    url: str
    send: str | None = None
    expect_in_order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One probe; exactly one of `http` and `websocket` is given.

    `within` and `every` are seconds; `alert_below` is a share (0..1), None for no alert.
    """

    name: str
    within: float
    every: float
    alert_below: float | None = None
    http: HttpRequest | None = None
    websocket: WebSocketExchange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGoal:
    """The share of lines covered in the files that match `paths`, read from a coverage `file`."""

    name: str
    file: str
    paths: tuple[str, ...] = ()
    at_least: float | None = None
