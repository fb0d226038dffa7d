from dataclasses import MISSING, fields
from typing import Any

from bot.handlers.services import Services


class Unused:
    """A service of which nothing is asked."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{self._name}.{name} was asked for")


def services(**given: Any) -> Services:
    """Services of which only those are there that are `given`."""
    needed = [field.name for field in fields(Services) if field.default is MISSING]
    return Services(**{name: Unused(name) for name in needed} | given)
