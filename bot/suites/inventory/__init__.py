"""The existing tests that touch a migration, from their text alone: sources in, values out."""

from bot.suites.inventory.layout import role_of
from bot.suites.inventory.take import take_inventory

__all__ = ["role_of", "take_inventory"]
