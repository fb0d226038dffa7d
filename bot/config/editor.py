"""The JSON Schema that editors complete and check canon.yml with."""

from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from bot.config.schema.document import DocumentKeys
from bot.config.schema.migration import MigrationFileKeys, MigrationKeys
from bot.config.schema.rule import RuleKeys
from bot.config.schema.types import Keys
from bot.scanner.kinds import kind, names

Schema = dict[str, Any]

MIGRATION_FILE = "MigrationFile"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class EditorSchema(GenerateJsonSchema):
    """Without titles made of field names, and without null: a key without a value is left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: the description says it better."""
        del schema
        return False

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        """The schema of the value where it is given."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """With its default, unless that only means "not given" or is made of further keys."""
        result = super().default_schema(schema)
        if not result.get("default") or isinstance(result["default"], dict):
            result.pop("default", None)
        return result


def document_schema() -> Schema:
    """The whole language as one schema."""
    parts: Schema = {}
    root, migration, file = (
        _taken_apart(schema_of(model), parts)
        for model in (DocumentKeys, MigrationKeys, MigrationFileKeys)
    )
    rules = {f"rule.{name}": _taken_apart(rule_schema(name), parts) for name in names()}
    root["properties"]["migrations"]["items"] = {"$ref": "#/$defs/Migration"}
    for each in (migration, file):
        each["properties"]["rules"]["items"] = {"$ref": "#/$defs/Rule"}
    rule = {"title": "a rule", "oneOf": [{"$ref": f"#/$defs/{name}"} for name in rules]}
    parts |= {**rules, "Migration": migration, MIGRATION_FILE: file, "Rule": rule}
    return {"$schema": DIALECT, **root, "$defs": dict(sorted(parts.items()))}


@cache
def schema_of(model: type[Keys]) -> Schema:
    """The schema of one mapping of the language."""
    return model.model_json_schema(schema_generator=EditorSchema)


@cache
def rule_schema(name: str) -> Schema:
    """The schema of one kind's rules: the keys of every rule, and the kind's own parameters."""
    found = kind(name)
    common = schema_of(RuleKeys)
    own = TypeAdapter[Any](found.parameters).json_schema(schema_generator=EditorSchema)
    kind_key = {"const": name, "description": found.summary}
    return {
        "$defs": {**common.get("$defs", {}), **own.get("$defs", {})},
        "type": "object",
        "title": name,
        "description": found.summary,
        "properties": {**common["properties"], "kind": kind_key, **own.get("properties", {})},
        "required": [*common["required"], *own.get("required", ())],
        "additionalProperties": False,
    }


def _taken_apart(schema: Schema, parts: Schema) -> Schema:
    copied = deepcopy(schema)
    parts.update(copied.pop("$defs", {}))
    return copied
