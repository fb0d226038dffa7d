"""Reads one rule: the keys of all rules, and the parameters of its kind beside them."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.config.editor import rule_schema, schema_of
from bot.config.problems import Problems
from bot.config.schema.rule import RuleKeys
from bot.config.tree import Node
from bot.config.validation import attempt, report
from bot.domain.configuration import Rule
from bot.scanner.kinds import kind, names


def rule_from(node: Node, problems: Problems) -> Rule | None:
    """The rule at `node`; None, with every reason in `problems`, where it is wrong.

    Of a rule whose kind is unknown, only the common keys can be judged.
    """
    named = node.get("kind")
    name = str(named.content) if named else ""
    if name not in names():
        _, errors = attempt(RuleKeys.model_validate_json, node.only(RuleKeys.model_fields))
        report(errors, node, "the rule", schema_of(RuleKeys), problems)
        return None
    common, own = node.only(RuleKeys.model_fields), node.without(RuleKeys.model_fields)
    keys, common_errors = attempt(RuleKeys.model_validate_json, common)
    parameters, own_errors = attempt(_parameters(name).validate_json, own)
    if keys is None or common_errors or own_errors:
        report([*common_errors, *own_errors], node, "the rule", rule_schema(name), problems)
        return None
    return keys.value(parameters, node.place)


@cache
def _parameters(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(kind(name).parameters)
