"""The JSON Schema that editors use: valid, explained, and of one mind with the loader."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.config import json_schema
from bot.config.document import Budget, read
from bot.config.problems import Problems
from bot.scanner.kinds import all_kinds, names
from tests.support.configs import SAMPLES, Mistake, mistakes, with_migration

SCHEMA = json_schema()

BEYOND_A_SCHEMA = (
    # what holds between values, or between a value and the repository
    "is defined twice",
    "is called",
    "targets only fall",
    "days rise",
    "the `proceed_at`",
    "as `total` says",
    " beside ",
    "numbers increase",
    "is one",
    "is a share",
    "needs either",
    "needs two or more different",
    "needs modules or symbols",
    "needs files",
    "`migrations` is missing",
    # what a regular expression says badly
    "a glob such as",
    "names no file",
    " has a ",
    "a dotted path such as",
    "a path, or module:Name",
    "not a regular expression of RE2",
    "a URL",
    "a folder of the repository",
    "a date such as",
    "expected some text",
    "`time` is `0s`",
    # JSON knows no difference between 1 and 1.0
    "`issue` is `1.0`",
)


def accepted(text: str, part: str = "") -> bool:
    tree = read("c.yml", text.encode(), Budget(), Problems())
    assert tree
    schema = {**SCHEMA, **SCHEMA["$defs"][part]} if part else SCHEMA
    return bool(Draft202012Validator(schema).is_valid(tree.plain()))


def mappings(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, Mapping):
        yield part
    if isinstance(part, Mapping | list):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from mappings(inner)


def test_it_is_a_valid_schema_of_draft_2020_12() -> None:
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMA)


def test_it_is_plain_json() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_every_key_is_explained() -> None:
    unexplained = [
        key
        for part in (SCHEMA, *SCHEMA["$defs"].values())
        for key, value in part.get("properties", {}).items()
        if not (value.get("description") or SCHEMA["$defs"][value["$ref"][8:]]["description"])
    ]
    assert unexplained == []


def test_every_kind_of_rule_is_in_it_and_no_other_kind_is_accepted() -> None:
    properties = [part.get("properties", {}) for part in mappings(SCHEMA)]
    kinds = {each["kind"]["const"] for each in properties if "severity" in each}
    assert kinds == set(names()) == {kind.name for kind in all_kinds()}
    assert not accepted(with_migration("rules: [{id: a, kind: other}]"))


def test_it_offers_nothing_empty_and_no_default_that_could_not_be_written() -> None:
    assert not [part for part in mappings(SCHEMA) if part.get("type") == "null"]
    defaults = [part["default"] for part in mappings(SCHEMA["$defs"]) if "default" in part]
    assert {"5m", "10m", "10s", "15m", "1MiB"} <= {str(each) for each in defaults}
    assert not [each for each in defaults if isinstance(each, float)]


@pytest.mark.parametrize("text", [(SAMPLES / "complete.yml").read_text(), with_migration()])
def test_what_the_loader_accepts_it_accepts(text: str) -> None:
    assert accepted(text)


@pytest.mark.parametrize("mistake", mistakes(), ids=str)
def test_a_mistake_it_accepts_is_one_that_no_schema_can_see(mistake: Mistake) -> None:
    beyond = [any(each in problem for each in BEYOND_A_SCHEMA) for problem in mistake.expected]
    assert accepted(mistake.text) <= all(beyond)


def test_it_sees_most_mistakes() -> None:
    assert sum(not accepted(mistake.text) for mistake in mistakes()) > len(mistakes()) * 0.6


def test_a_migration_with_a_file_of_its_own_has_its_own_part() -> None:
    migration = "issue: 7\ntitle: T\nphase: done\n"
    assert accepted(migration, "Migration")
    assert accepted("version: 1\n" + migration, "MigrationFile")
    assert not accepted("version: 1\n" + migration, "Migration")
