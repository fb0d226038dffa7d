"""A configuration file as plain values that know their place."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.configuration import Place

MAX_DEPTH = 40
"""So deep values may lie; whoever walks a tree may recurse."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a mapping; `place` is the key's."""

    place: Place
    value: "Node"


@dataclass(slots=True)
class Node:
    """A value with its place: text, number, boolean or None, a list, or a mapping.

    `source` is a scalar as it was written. A `broken` node's problem is reported already; its
    content means nothing.
    """

    place: Place
    content: "str | int | float | bool | list[Node] | dict[str, Entry] | None"
    source: str | None = None
    broken: bool = False

    @property
    def entries(self) -> "Mapping[str, Entry]":
        """The entries of a mapping; none for anything else."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def items(self) -> "list[Node]":
        """The items of a list; none for anything else."""
        return self.content if isinstance(self.content, list) else []

    def get(self, key: str) -> "Node | None":
        """The value of `key`, where this is a mapping that has it."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def only(self, keys: Container[str]) -> "Node":
        """A mapping with some of its keys only; anything else as it is."""
        if not isinstance(self.content, dict):
            return self
        kept = {key: entry for key, entry in self.content.items() if key in keys}
        return replace(self, content=kept)

    def without(self, keys: Container[str]) -> "Node":
        """A mapping without some of its keys; anything else as it is."""
        return self.only([key for key in self.entries if key not in keys])

    def plain(self) -> Any:
        """The value as JSON has it. Recursion is bounded by `MAX_DEPTH`."""
        if isinstance(self.content, dict):
            return {key: entry.value.plain() for key, entry in self.content.items()}
        if isinstance(self.content, list):
            return [item.plain() for item in self.content]
        return self.content
