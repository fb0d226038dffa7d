"""The kinds of rules for those who write them: parameters in words, examples as configuration."""

import dataclasses
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from bot.config.editor import EditorSchema
from bot.config.reference import in_words
from bot.scanner.kind import Example, Kind
from bot.scanner.parameters import as_written, written_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter as it stands in canon.yml; `value` says what may be written, in words.

    `default` is None where leaving it out means that nothing is given.
    """

    name: str
    value: str
    required: bool
    default: str | None
    description: str


def parameters(kind: Kind) -> Sequence[Parameter]:
    """The parameters of a kind, in the order of its file."""
    schema = TypeAdapter[Any](kind.parameters).json_schema(schema_generator=EditorSchema)
    required = schema.get("required", ())
    defaults = {
        written_name(field): _default(field.default)
        for field in dataclasses.fields(kind.parameters)
    }
    return [
        Parameter(
            name=name,
            value=in_words(value, schema.get("$defs", {})),
            required=name in required,
            default=defaults.get(name),
            description=value["description"],
        )
        for name, value in schema["properties"].items()
    ]


def configured(kind: Kind, example: Example) -> Mapping[str, Any]:
    """The rule of an example, as the keys and values of canon.yml."""
    return {"id": "example", "kind": kind.name, **as_written(example.parameters)}


def yaml(kind: Kind, example: Example) -> str:
    """The rule of an example as YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    writer = YAML()
    writer.default_flow_style = None  # what holds no other collection goes on one line
    writer.width = 100
    rule = CommentedMap(_plain(configured(kind, example)))
    rule.fa.set_block_style()
    written = io.StringIO()
    writer.dump(rule, written)
    return written.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _default(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and value:
        return f"[{', '.join(map(str, value))}]"
    told = isinstance(value, int) or (isinstance(value, str) and value)
    return str(value) if told else None
