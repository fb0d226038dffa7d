import json
from typing import Any

import pytest

from tests.contract import openapi
from tests.contract.openapi import Traffic


def complaints(**traffic: Any) -> list[str]:
    for member in ("body", "answer"):
        if not isinstance(traffic.get(member, b""), bytes):
            traffic[member] = json.dumps(traffic[member]).encode()
    return openapi.load().complaints(Traffic(**traffic))


STATUS: dict[str, Any] = {
    "method": "POST",
    "path": "/repos/acme/shop/statuses/abc",
    "status": 201,
    "body": {"state": "success"},
    "answer": {
        "url": "http://x",
        "avatar_url": None,
        "id": 1,
        "node_id": "x",
        "state": "success",
        "description": None,
        "target_url": None,
        "context": "canon",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "creator": None,
    },
}


def test_traffic_as_described_is_let_pass() -> None:
    assert complaints(**STATUS) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"path": "/repos/acme/shop/nothing"}, "no operation"),
        ({"query": "wait=1"}, "unknown parameter 'wait'"),
        ({"body": {"state": "great"}}, "request body"),
        ({"body": {}}, "request body"),
        ({"body": {"state": "success", "colour": "red"}}, "unknown member /colour"),
        ({"answer": {**STATUS["answer"], "id": "one"}}, "answer: id"),
        ({"answer": {"id": 1}}, "answer"),
        ({"status": 202}, "no operation answers 202"),
        ({"status": 409, "answer": {"error": "x"}}, "an error without a message"),
    ],
)
def test_traffic_that_is_not_as_described_is_complained_of(
    change: dict[str, Any], complaint: str
) -> None:
    found = complaints(**{**STATUS, **change})

    assert any(complaint in each for each in found)


def test_unknown_members_are_found_deep_inside() -> None:
    body = {
        "name": "canon",
        "head_sha": "abc",
        "output": {"title": "T", "summary": "S", "annotations": [{"line": 1}]},
    }

    found = complaints(method="POST", path="/repos/acme/shop/check-runs", body=body)

    assert any("/output/annotations/0/line" in each for each in found)


def test_a_wrong_request_that_was_refused_is_nobodys_fault() -> None:
    refused = {"message": "Validation Failed", "documentation_url": "http://x"}

    assert complaints(**{**STATUS, "body": {}, "status": 422, "answer": refused}) == []


def test_parameters_may_hold_slashes() -> None:
    answer: dict[str, Any] = {"ref": "x", "node_id": "x", "url": "http://x"}
    answer["object"] = {"type": "commit", "sha": "0" * 40, "url": "http://x"}

    path = "/repos/acme/shop/git/ref/pull/1/head"

    assert complaints(method="GET", path=path, status=200, answer=answer) == []


def test_what_is_asked_for_by_id_is_described_by_name() -> None:
    assert complaints(**{**STATUS, "path": "/repositories/1/statuses/abc"}) == []


def test_null_is_let_through_where_the_description_says_nullable() -> None:
    schema = {"nullable": True, "enum": ["a"]}
    choice = {"nullable": True, "allOf": [{"type": "object"}]}

    openapi.relax([schema, choice])

    assert schema["enum"] == ["a", None]
    assert len(choice["anyOf"]) == 2


def test_every_known_difference_has_a_reason() -> None:
    assert all(known.reason for known in openapi.KNOWN)
