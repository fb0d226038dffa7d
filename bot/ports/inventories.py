from typing import Protocol

from bot.domain.configuration import Configuration, Migration
from bot.domain.inventory import Inventory


class Inventories(Protocol):
    """Lists the tests of one repository that touch a migration; nothing of it is run."""

    def at_commit(
        self, configuration: Configuration, migration: Migration, commit: str
    ) -> Inventory:
        """The inventory at one commit (40 hex digits).

        Raises `UnknownRevisionError`, and `LimitExceededError` for more tests than are read.
        """
