"""Writes docs/configuration-keys.md: `python -m bot.config.reference`."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.config import json_schema
from bot.config.editor import schema_of
from bot.config.schema.rule import RuleKeys
from bot.domain.measure import Figure

Schema = Mapping[str, Any]

_INTRODUCTION = """\
# All keys of the configuration

<!-- Written by `python -m bot.config.reference` from bot/config/schema; do not edit. -->

What the keys are for is told in [configuration.md](configuration.md). Keys in bold must be there.
"""

_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
}


def reference() -> str:
    """The page about all keys, in Markdown."""
    root = json_schema()
    parts: Mapping[str, Schema] = root["$defs"]
    rules = [parts[name] for name in _references(parts["Rule"])]
    common = schema_of(RuleKeys)
    pages = [_section(part, parts) for part in _mappings(root, parts, []) if part not in rules]
    pages += [_section(common, parts)]
    pages += [_section(_without(rule, common["properties"]), parts) for rule in rules]
    measures = "".join(
        f"- `{figure}`: a {'share' if figure.is_share else 'count'}\n" for figure in Figure
    )
    return "\n".join([_INTRODUCTION, *pages, f"## Measures\n\n{measures}"])


def _without(part: Schema, keys: Container[str]) -> Schema:
    kept = {key: value for key, value in part["properties"].items() if key not in keys}
    return {**part, "properties": kept}


def _mappings(part: Schema, parts: Mapping[str, Schema], seen: list[Schema]) -> Sequence[Schema]:
    """`part` and all mappings that lie below it, in the order in which the keys lead there."""
    if "properties" in part:
        seen.append(part)
    for name in _references(part):
        if parts[name] not in seen:
            _mappings(parts[name], parts, seen)
    return seen


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield str(value["$ref"]).rpartition("/")[2]
        for key, inner in value.items():
            if key != "$defs":
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _section(part: Schema, parts: Mapping[str, Schema]) -> str:
    title, required = str(part["title"]), part.get("required", ())
    rows = "".join(
        f"| {f'**`{key}`**' if key in required else f'`{key}`'} | {in_words(value, parts)} "
        f"| {_explanation(value, parts)} |\n"
        for key, value in part["properties"].items()
    )
    heading = f"## {title[:1].upper()}{title[1:]}\n\n{part['description']}\n"
    return f"{heading}\n| key | value | |\n|---|---|---|\n{rows}"


def _explanation(value: Schema, parts: Mapping[str, Schema]) -> str:
    text = escaped(value.get("description") or _resolved(value, parts)["description"])
    default = value.get("default")
    if default is None or isinstance(default, list):
        return text
    return f"{text} Default: `{str(default).lower() if isinstance(default, bool) else default}`."


def escaped(text: str) -> str:
    """Text without the syntax of Markdown."""
    return re.sub(r"([\\`*_|<>])", r"\\\1", text)


def _resolved(value: Schema, parts: Mapping[str, Schema]) -> Schema:
    return parts[next(_references(value))] if "$ref" in value else value


def in_words(value: Schema, parts: Mapping[str, Schema]) -> str:
    """What may be written for a key, in words; `parts` are the schemas that it may refer to."""
    found = _resolved(value, parts)
    alternatives = [*found.get("anyOf", ()), *found.get("oneOf", ())]
    if "const" in found or "enum" in found:
        return ", ".join(f"`{each}`" for each in found.get("enum", [found.get("const")]))
    if "properties" in found or found is parts.get("Rule"):
        return f"[{found['title']}](#{str(found['title']).replace(' ', '-')})"
    if "title" in found:
        return str(found["title"])
    if alternatives:
        return " or ".join(dict.fromkeys(in_words(each, parts) for each in alternatives))
    return _composed(found, parts)


def _composed(value: Schema, parts: Mapping[str, Schema]) -> str:
    if "prefixItems" in value:
        return f"[{', '.join(in_words(each, parts) for each in value['prefixItems'])}]"
    if "items" in value:
        return f"list: {in_words(value['items'], parts)}"
    if isinstance(value.get("additionalProperties"), Mapping):
        return f"mapping: {in_words(value['additionalProperties'], parts)}"
    return _WORDS[value["type"]]


if __name__ == "__main__":
    page = Path(__file__).resolve().parents[2] / "docs" / "configuration-keys.md"
    page.write_text(reference(), encoding="utf-8")
