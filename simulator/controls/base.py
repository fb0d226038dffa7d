from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from simulator.model import PullRequest, Repository, User
from simulator.world import World


class Controls:
    """A handle on a world. Whoever does something (`by`) is named by login, the owner otherwise."""

    world: World

    def doer(self, where: Repository | PullRequest, by: str | None) -> User:
        """The account of that login; without one, the repository's owner or the pull's author."""
        if by is not None:
            return self.world.user(by)
        return where.owner if isinstance(where, Repository) else where.issue.user


C = TypeVar("C", bound=Controls)
P = ParamSpec("P")
R = TypeVar("R")


def locked(method: Callable[Concatenate[C, P], R]) -> Callable[Concatenate[C, P], R]:
    """Hold the world's lock during a method."""

    def holding(self: C, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.world.lock:
            return method(self, *args, **kwargs)

    return wraps(method)(holding)
