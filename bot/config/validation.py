"""Holds a tree against a schema; pydantic's errors become problems at the right place."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from bot.config.problems import MOST_IN_ONE_FILE, Problems, nearest, one_of, quoted
from bot.config.shape import Path, Schema, homes, keys_at
from bot.config.tree import Entry, Node
from bot.config.wording import Wording, missing_wording, value_wording
from bot.domain.configuration import Place

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T")


def attempt(
    validate_json: Callable[..., T], node: Node
) -> tuple[T | None, Sequence["ErrorDetails"]]:
    """The tree as what pydantic's `validate_json` of some type makes of it, or its errors."""
    try:
        # The tree goes in as JSON: in its strict mode, pydantic then accepts lists as tuples and
        # texts as enumerations, and nothing else that is not exactly of its type.
        return validate_json(json.dumps(node.plain()), strict=True), ()
    except ValidationError as error:
        return None, error.errors(include_url=False)


def report(
    errors: Sequence["ErrorDetails"], node: Node, what: str, schema: Schema, problems: Problems
) -> None:
    """Add what `errors` mean for the tree; `what` it is called as a whole, such as "the rule"."""
    path = node.place.path
    written_out = () if problems.full(path) else errors[:MOST_IN_ONE_FILE]
    for finding in _Reader(node, what, schema).findings(written_out):
        message, expected, hint = finding.wording
        problems.add(finding.place, message, expected=expected, hint=hint)
    problems.leave_out(path, len(errors) - len(written_out))
    assert problems or not errors


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an error's location leads: as far as the tree has it, and the steps beyond.

    Steps that the tree does not have are missing keys, or pydantic's names for the alternatives
    of a union.
    """

    node: Node
    path: Path = ()
    entry: Entry | None = None
    beyond: Path = ()
    broken: bool = False

    def into(self, step: str | int) -> "_Spot":
        if isinstance(step, str) and step in self.node.entries:
            entry = self.node.entries[step]
            inner = entry.value
        elif isinstance(step, int) and step < len(self.node.items):
            entry, inner = None, self.node.items[step]
        else:
            return replace(self, beyond=(*self.beyond, step))
        return _Spot(inner, (*self.path, step), entry, (), self.broken or inner.broken)


@dataclass(frozen=True, slots=True)
class _Finding:
    """A problem; `unknown` or `missing` is the key it is about, if it is not about a value.

    `path` leads to the value, or to the mapping that has or lacks the key. A `final` one stands,
    whatever else was found within that value; a `silent` one was reported when the file was read.
    """

    path: Path
    place: Place
    wording: Wording
    unknown: str | None = None
    missing: str | None = None
    final: bool = False
    silent: bool = False

    @property
    def about_key(self) -> bool:
        return self.unknown is not None or self.missing is not None


class _Reader:
    """Says in the author's terms what pydantic found in one tree."""

    def __init__(self, root: Node, what: str, schema: Schema) -> None:
        self._root = root
        self._what = what
        self._schema = schema

    def findings(self, errors: Sequence["ErrorDetails"]) -> Iterator[_Finding]:
        """One finding for each fault, however many errors pydantic made of it."""
        found = [self._finding(error) for error in errors]
        misspelt = {(each.path, self._meant(each)) for each in found if each.unknown is not None}
        yield from (each for each in found if each.unknown is not None)
        missing = (each for each in found if each.missing is not None)
        yield from (each for each in missing if (each.path, each.missing) not in misspelt)
        yield from (each for each in _values(found) if not each.silent)

    def _meant(self, finding: _Finding) -> str | None:
        return nearest(finding.unknown or "", keys_at(self._schema, finding.path))

    def _finding(self, error: "ErrorDetails") -> _Finding:
        spot = _Spot(self._root, broken=self._root.broken)
        for step in error["loc"]:
            spot = spot.into(step)
        if spot.broken:
            return _Finding(spot.path, spot.node.place, Wording(""), silent=True)
        if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
            return self._unknown(spot)
        last = spot.beyond[-1] if spot.beyond else None
        if last == "[key]" and spot.entry:
            key = Node(spot.entry.place, spot.path[-1], source=str(spot.path[-1]))
            path = (*spot.path, "[key]")
            return _Finding(path, key.place, value_wording(error, "a key", key))
        keys = keys_at(self._schema, spot.path)
        if isinstance(last, str) and last in keys and not spot.node.items:
            wording = missing_wording(error, last, keys[last])
            return _Finding(spot.path, spot.node.place, wording, missing=last)
        wording = value_wording(error, self._name(spot.path), spot.node)
        final = error["type"] == "value_error"
        return _Finding(spot.path, spot.node.place, wording, final=final)

    def _unknown(self, spot: _Spot) -> _Finding:
        assert spot.entry is not None
        key, path = str(spot.path[-1]), spot.path[:-1]
        known = keys_at(self._schema, path)
        wording = Wording(
            f"unknown key {quoted(key)}", f"one of {one_of(known)}", _unknown_hint(key, known)
        )
        return _Finding(path, spot.entry.place, wording, unknown=key)

    def _name(self, path: Path) -> str:
        keys = [position for position, step in enumerate(path) if isinstance(step, str)]
        if not keys:
            return self._what + "".join(f"[{step}]" for step in path)
        key, *indexes = path[keys[-1] :]
        return quoted(f"{key}" + "".join(f"[{index}]" for index in indexes))


def _unknown_hint(key: str, known: Mapping[str, str]) -> str | None:
    near = nearest(key, known, likeness=0.8)
    if near is None and key in homes():
        return f"`{key}` is a key of {' or '.join(homes()[key])}"
    near = near or nearest(key, known)
    return near and f"did you mean `{near}`?"


def _values(found: Sequence[_Finding]) -> Iterator[_Finding]:
    """The findings about values, those of a union's alternatives made one."""
    above = {each.path[:length] for each in found for length in range(len(each.path))}
    above |= {each.path for each in found if each.about_key}
    values: dict[Path, _Finding] = {}
    for each in found:
        # An alternative that fits further down is the one that was meant.
        if not each.about_key and (each.final or each.path not in above):
            values[each.path] = _joined(values.get(each.path), each)
    return iter(values.values())


def _joined(first: _Finding | None, second: _Finding) -> _Finding:
    if first is None or first.wording == second.wording:
        return second
    expected = " or ".join(filter(None, (first.wording.expected, second.wording.expected)))
    hint = first.wording.hint or second.wording.hint
    return replace(first, wording=Wording(first.wording.message, expected or None, hint))
