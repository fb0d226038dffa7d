import json
import re
from collections.abc import Iterator

import msgspec
import pytest
from pydantic import TypeAdapter

from bot.domain.configuration import Rule
from bot.scanner import kinds
from bot.scanner.kind import Example, Kind
from bot.scanner.kinds import UnknownKindError, all_kinds, kind, names
from bot.scanner.parameters import as_written
from tests.support.trees import scan_files

_KINDS = all_kinds()


def _examples() -> Iterator[object]:
    for one in _KINDS:
        for example in one.examples:
            yield pytest.param(one, example, id=f"{one.name}: {example.title}")


@pytest.mark.parametrize(("one", "example"), list(_examples()))
def test_an_example_finds_what_it_says(one: Kind, example: Example) -> None:
    rule = Rule(id="r", kind=one.name, parameters=example.parameters)
    scan = scan_files(rule, example.files)
    assert [(v.path, v.line, v.column, v.symbol) for v in scan.violations] == [
        (found.path, found.line, found.column, found.symbol) for found in example.finds
    ]


@pytest.mark.parametrize("one", _KINDS, ids=lambda one: one.name)
def test_every_kind_has_good_and_bad_examples(one: Kind) -> None:
    assert {bool(example.finds) for example in one.examples} == {True, False}


@pytest.mark.parametrize("one", _KINDS, ids=lambda one: one.name)
def test_a_kind_is_named_as_its_module(one: Kind) -> None:
    assert one.parameters.__module__.rpartition(".")[2] == one.name.replace("-", "_")
    assert kind(one.name) is one


@pytest.mark.parametrize("one", _KINDS, ids=lambda one: one.name)
def test_every_parameter_says_what_it_is(one: Kind) -> None:
    schema = TypeAdapter(one.parameters).json_schema()
    assert schema["additionalProperties"] is False
    assert all(entry.get("description") for entry in schema["properties"].values())
    assert re.fullmatch(r"One violation for .*\.", one.summary)


@pytest.mark.parametrize("one", _KINDS, ids=lambda one: one.name)
def test_parameters_are_read_back_from_how_they_are_written(one: Kind) -> None:
    adapter = TypeAdapter(one.parameters)
    for example in one.examples:
        written = json.loads(json.dumps(as_written(example.parameters)))
        assert adapter.validate_python(written) == example.parameters


@pytest.mark.parametrize("one", _KINDS, ids=lambda one: one.name)
def test_parameters_survive_the_cache(one: Kind) -> None:
    for example in one.examples:
        encoded = msgspec.msgpack.encode(example.parameters)
        assert msgspec.msgpack.decode(encoded, type=one.parameters) == example.parameters


@pytest.mark.parametrize("name", ["", "nonsense", "banned_import", "..banned-import", "os.path"])
def test_an_unknown_kind_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownKindError, match="banned-import, banned-name"):
        kind(name)


def test_kinds_are_known_by_looking_not_by_a_list() -> None:
    assert list(names()) == [one.name for one in _KINDS]
    assert "banned-import" not in vars(kinds).values()
