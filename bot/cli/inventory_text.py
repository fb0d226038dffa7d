"""An inventory for people at a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.cli.places import unread
from bot.reports.inventory_words import size, stands_on, told
from bot.reports.plain import visible
from bot.reports.words import plural

if TYPE_CHECKING:
    from bot.cli.terminal import Palette
    from bot.domain.configuration import Migration
    from bot.domain.inventory import Inventory, InventoryFile, WeakTest

_DIGITS: Final = 12
_MOST: Final = 8
_WIDEST: Final = 120


def inventory_text(
    inventory: "Inventory", migration: "Migration", commit: str, palette: "Palette"
) -> str:
    """The sums, the import paths, then file by file with the riskiest first."""
    title = f"#{migration.issue} {visible(migration.title)}"
    blocks = [
        [f"{palette.bold(title)}: {inventory.totals}", *_sums(inventory)],
        _import_paths(inventory),
        *(_file(file, palette) for file in inventory.files),
        _closing(inventory, commit),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _sums(inventory: "Inventory") -> Iterator[str]:
    totals = inventory.totals
    yield f"  {size(totals)}"
    yield f"  risk: {totals.high:,} high, {totals.medium:,} medium, {totals.low:,} low"
    yield f"  {plural(totals.to_change, 'file')} to change, {plural(totals.weak, 'weak test')}"


def _import_paths(inventory: "Inventory") -> list[str]:
    ranked = inventory.import_paths
    lines = [f"  {visible(path)}: {plural(count, 'file')}" for path, count in ranked]
    return ["Import paths:", *_some(lines)] if lines else []


def _file(file: "InventoryFile", palette: "Palette") -> list[str]:
    risk = palette.bad(file.risk) if file.risk == "high" else file.risk
    changes = [
        f"    {touch.location.line}: {visible(touch.symbol)}"
        + (f" -> {visible(touch.replacement)}" if touch.replacement else "")
        for touch in file.to_change
    ]
    return [
        f"{risk}  {palette.place(visible(file.path))}  {palette.dim(visible(told(file)))}",
        *(f"  {visible(reason, _WIDEST)}" for reason in file.reasons),
        *(palette.dim(f"  {visible(line, _WIDEST)}") for line in stands_on(file)),
        *_some(changes),
        *_some([f"    {_weak(weak)}" for weak in file.weak]),
    ]


def _weak(weak: "WeakTest") -> str:
    return f"{weak.location.line}: {visible(weak.name)}: {visible(weak.told)}"


def _closing(inventory: "Inventory", commit: str) -> list[str]:
    lines = [*unread(inventory.skipped, "Not read"), *unread(inventory.degraded, "Read in part")]
    if inventory.unnamed:
        rules = ", ".join(map(visible, inventory.unnamed))
        lines.append(f"Not looked for, because they name no module, class or event: {rules}")
    suffix = commit[40:]
    lines.append(
        f"{plural(inventory.considered, 'test and support file')} looked at;"
        f" commit {commit[:_DIGITS]}{suffix}"
    )
    return lines


def _some(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"    and {len(lines) - _MOST:,} more"
