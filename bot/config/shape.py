"""Looks up in a JSON Schema which keys a mapping may have: for hints, not for validation."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from bot.config.editor import MIGRATION_FILE, document_schema

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]


def keys_at(schema: Schema, path: Path) -> Mapping[str, str]:
    """Key -> description, of the mappings that may stand at `path`, whatever the alternative."""
    found: list[Schema] = [schema]
    for step in path:
        found = [inner for each in found for inner in _step(_alternatives(each, schema), step)]
    return {
        key: str(value.get("description", ""))
        for each in found
        for alternative in _alternatives(each, schema)
        for key, value in alternative.get("properties", {}).items()
        if value
    }


@cache
def homes() -> Mapping[str, Sequence[str]]:
    """Key -> the names of the mappings that it is a key of, in the whole language."""
    found: dict[str, list[str]] = {}
    root = document_schema()
    own = (part for name, part in root["$defs"].items() if name != MIGRATION_FILE)
    for part in (root, *own):
        for key in part.get("properties", {}):
            found.setdefault(key, []).append(part["title"])
    return found


def _alternatives(part: Schema, root: Schema) -> Sequence[Schema]:
    if "$ref" in part:
        name = str(part["$ref"]).rpartition("/")[2]
        return _alternatives(root["$defs"][name], root)
    inner = [*part.get("anyOf", ()), *part.get("oneOf", ())]
    return [part, *(found for each in inner for found in _alternatives(each, root))]


def _step(alternatives: Sequence[Schema], step: str | int) -> Iterator[Schema]:
    for part in alternatives:
        if isinstance(step, int):
            if isinstance(part.get("items"), Mapping):
                yield part["items"]
        elif part.get("properties", {}).get(step):
            yield part["properties"][step]
        elif isinstance(part.get("additionalProperties"), Mapping):
            yield part["additionalProperties"]
