"""The operations of the REST API, one file per area; ROUTES shows them all."""

from collections.abc import Iterator

from simulator.routes import (
    apps,
    branches,
    checks,
    comments,
    commits,
    contents,
    deliveries,
    gitdata,
    issues,
    pulls,
    repositories,
    statuses,
    suites,
    users,
    workflows,
)
from simulator.routing import Route

AREAS = (
    apps,
    branches,
    checks,
    comments,
    commits,
    contents,
    deliveries,
    gitdata,
    issues,
    pulls,
    repositories,
    statuses,
    suites,
    users,
    workflows,
)


def every_route() -> Iterator[Route]:
    """All operations."""
    for area in AREAS:
        yield from area.routes.table
