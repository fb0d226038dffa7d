"""Small repositories of tests, and what the inventory says of them."""

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from bot.domain.configuration import Rule
from bot.domain.inventory import Inventory, InventoryFile
from bot.scanner.rules.banned_import import Parameters as BannedImport
from bot.suites.inventory import take_inventory
from tests.support.scans import migration

Files = Mapping[str, str | bytes]


def legacy(**changes: Any) -> Rule:
    """A rule against `shop.legacy`, whose place `shop.orders` takes."""
    parameters = BannedImport(modules=("shop.legacy",), replacement="shop.orders")
    return Rule(**{"id": "legacy", "kind": "banned-import", "parameters": parameters, **changes})


def inventory(
    files: Files, *rules: Rule, roots: tuple[str, ...] = (".",), **changes: Any
) -> Inventory:
    """The inventory of these files under these rules, or the one against `shop.legacy`."""
    contents = [
        (path, content if isinstance(content, bytes) else dedent(content).encode())
        for path, content in files.items()
    ]
    under = migration(*(rules or (legacy(),)), **changes)
    return take_inventory(under, contents, roots=roots, paths=files)


def only(found: Inventory) -> InventoryFile:
    """The one file of an inventory."""
    (file,) = found.files
    return file


def by_path(found: Inventory) -> Mapping[str, InventoryFile]:
    """Its files by path."""
    return {file.path: file for file in found.files}
