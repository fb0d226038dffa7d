"""Holds REST traffic to GitHub's own description of it.

`ORIGIN.md` says where the description comes from. The check of the description itself is left out
(it takes sixteen seconds and says nothing about us).
"""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

DESCRIPTION = Path(__file__).with_name("github-openapi-trimmed.json.gz")

_METHODS = ("get", "put", "post", "patch", "delete")
_HOST = "https://api.github.com"
_NULL = {"type": "object", "nullable": True, "maxProperties": 0}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """One request and its answer; `path` is without the API's prefix, `status` 0 without answer."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    status: int = 0
    answer: bytes = b""
    content_type: str = "application/json"

    def __str__(self) -> str:
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query} -> {self.status}"


@dataclass(frozen=True, slots=True)
class Known:
    """A difference between GitHub and its description that is not ours to mend."""

    request: str  # a regular expression that matches "METHOD /path"
    complaint: str  # one that is found in the complaint
    reason: str


KNOWN = (
    Known(r"GET /user$", "no operation", "left out when the description was trimmed"),
    Known(
        r"GET /app/installations$",
        r"^answer: \d+/account: .* is not valid under any of the given schemas",
        "the account is said to be a user and an enterprise at once",
    ),
    Known(
        r"POST /repos/[^/]+/[^/]+/issues/\d+/labels$",
        "request body",
        "PyGithub sends a bare array, which GitHub takes although it does not say so",
    ),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the description; `slashes` names the parameters that may hold some."""

    pattern: re.Pattern[str]
    template: str
    slashes: frozenset[str]
    method: str
    query: frozenset[str]
    body: Json | None
    statuses: frozenset[int]

    def concrete(self, path: str) -> str | None:
        """The path with its slashes in parameters escaped, as openapi-core needs it."""
        match = self.pattern.fullmatch(path)
        if match is None:
            return None
        values = {
            name: (value.replace("/", "%2F") or ".") if name in self.slashes else value
            for name, value in match.groupdict().items()
        }
        return re.sub(r"\{(\w+)\}", lambda name: values[name[1]], self.template)


class Contract:
    """The description, ready to check traffic with."""

    def __init__(self, description: Json) -> None:
        relax(description)
        self._description = description
        self._api = OpenAPI.from_dict(description, config=Config(spec_validator_cls=None))
        self._operations = sorted(
            (
                self._operation(template, method, item)
                for template, item in description["paths"].items()
                for method in _METHODS
                if method in item
            ),
            key=lambda it: (it.template.count("{"), -len(it.template)),
        )

    def complaints(self, traffic: Traffic) -> list[str]:
        """Everything that is wrong with a request and its answer, but for what is `KNOWN`."""
        request = f"{traffic.method} {traffic.path}"
        return [
            complaint
            for complaint in self._judge(traffic)
            if not any(
                re.match(known.request, request) and re.search(known.complaint, complaint)
                for known in KNOWN
            )
        ]

    def _judge(self, traffic: Traffic) -> Iterable[str]:
        # What was asked for by id is described as what is asked for by name.
        path = re.sub(r"^/repositories/\d+", "/repos/owner/name", traffic.path)
        operation, concrete = self._find(traffic.method, path)
        if operation is None or concrete is None:
            if traffic.status != 404:
                yield f"no operation for {traffic.method} {path}"
            return
        arguments = parse_qsl(traffic.query, keep_blank_values=True)
        for name, _ in arguments:
            if name not in operation.query:
                yield f"query: unknown parameter {name!r}"
        request = MockRequest(
            _HOST,
            traffic.method.lower(),
            concrete,
            args=ImmutableMultiDict(arguments),
            data=traffic.body or None,
            content_type="application/json",
        )
        # GitHub answers a wrong request with 4xx; to send one on purpose is no fault.
        if traffic.status < 400:
            yield from self._of_request(operation, request, traffic.body)
        if traffic.status in operation.statuses:
            yield from self._of_answer(request, traffic)
        elif traffic.status not in (0, 304):
            yield from _undescribed(traffic)

    def _of_request(self, operation: Operation, request: MockRequest, body: bytes) -> Iterable[str]:
        try:
            self._api.validate_request(request)
        except OpenAPIError as error:
            yield from (f"request body or parameters: {each}" for each in _explain(error))
        if body and operation.body is not None:
            parsed = json.loads(body)
            for where in unknown_members(self._description, operation.body, parsed):
                yield f"request body: unknown member {where}"

    def _of_answer(self, request: MockRequest, traffic: Traffic) -> Iterable[str]:
        if traffic.status in (204, 304):
            return
        answer = MockResponse(
            traffic.answer,
            status_code=traffic.status,
            content_type=traffic.content_type.partition(";")[0],
        )
        try:
            self._api.validate_response(request, answer)
        except OpenAPIError as error:
            yield from (f"answer: {each}" for each in _explain(error))

    def _find(self, method: str, path: str) -> tuple[Operation | None, str | None]:
        for operation in self._operations:
            if operation.method == method.lower():
                concrete = operation.concrete(path)
                if concrete is not None:
                    return operation, concrete
        return None, None

    def _operation(self, template: str, method: str, item: Json) -> Operation:
        parameters = [
            self._resolved(each)
            for each in (*item.get("parameters", ()), *item[method].get("parameters", ()))
        ]
        slashes = {each["name"] for each in parameters if each.get("x-multi-segment")}
        # GitHub takes slashes in these too, without the mark.
        if re.search(r"/(branches|commits|compare)/\{", template):
            slashes |= {"branch", "ref", "basehead"}
        pattern = re.sub(
            r"\{(\w+)\}",
            lambda name: f"(?P<{name[1]}>{'.*' if name[1] in slashes else '[^/]+'})",
            template,
        )
        body = item[method].get("requestBody", {}).get("content", {}).get("application/json")
        return Operation(
            re.compile(pattern),
            template,
            frozenset(slashes),
            method,
            frozenset(each["name"] for each in parameters if each["in"] == "query"),
            None if body is None else body["schema"],
            frozenset(int(status) for status in item[method]["responses"]),
        )

    def _resolved(self, node: Json) -> Json:
        return resolved(self._description, node)


@lru_cache(maxsize=1)
def load() -> Contract:
    """The contract, read once in a process."""
    return Contract(json.loads(gzip.decompress(DESCRIPTION.read_bytes())))


def relax(node: Any) -> None:
    """Let null through wherever the description says `nullable`.

    GitHub writes it beside enum, oneOf and allOf, where by OpenAPI 3.0.3 it has no effect. Drops
    discriminators too: one of them stands on a choice of which an array is part.
    """
    if isinstance(node, list):
        for each in node:
            relax(each)
        return
    if not isinstance(node, dict):
        return
    node.pop("discriminator", None)
    for each in node.values():
        relax(each)
    if node.get("nullable") is not True:
        return
    if isinstance(node.get("enum"), list) and None not in node["enum"]:
        node["enum"].append(None)
    for kind in ("oneOf", "anyOf"):
        if isinstance(node.get(kind), list):
            node["anyOf"] = [*node.pop(kind), _NULL]
            return
    if isinstance(node.get("allOf"), list):
        node["anyOf"] = [{"allOf": node.pop("allOf")}, _NULL]


def _undescribed(traffic: Traffic) -> Iterable[str]:
    """Any operation may refuse or redirect, though only some say so; the shape is the same."""
    if traffic.status < 400 and traffic.status != 301:
        yield f"answer: no operation answers {traffic.status} here"
        return
    parsed = json.loads(traffic.answer)
    if not isinstance(parsed, dict) or not isinstance(parsed.get("message"), str):
        yield "answer: an error without a message"


def resolved(description: Json, node: Json) -> Json:
    """What a `$ref` leads to, or the node itself."""
    while "$ref" in node:
        target: Any = description
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def unknown_members(description: Json, schema: Json, value: Any, at: str = "") -> Iterable[str]:
    """Where a value has members that its schema does not name.

    A description forbids them nowhere, but to GitHub they are a slip of the pen that it ignores.
    """
    if isinstance(value, list):
        items = [each for part in _parts(description, schema) for each in _listed(part, "items")]
        for index, each in enumerate(value):
            for item in items:
                yield from unknown_members(description, item, each, f"{at}/{index}")
    if not isinstance(value, Mapping):
        return
    known: Json = {}
    for part in _parts(description, schema):
        known |= part.get("properties", {})
        if "properties" not in part and part.get("type") == "object":
            return
    if not known:
        return
    for name, member in value.items():
        if name not in known:
            yield f"{at}/{name}"
        else:
            yield from unknown_members(description, known[name], member, f"{at}/{name}")


def _listed(part: Json, name: str) -> list[Json]:
    return [part[name]] if name in part else []


def _parts(description: Json, schema: Json) -> list[Json]:
    schema = resolved(description, schema)
    alternatives = [each for kind in ("oneOf", "anyOf", "allOf") for each in schema.get(kind, ())]
    parts = [part for each in alternatives for part in _parts(description, each)]
    return [schema, *parts] if not alternatives or "properties" in schema else parts


def _explain(error: Exception) -> list[str]:
    for each in (error, error.__cause__):
        found = list(getattr(each, "schema_errors", None) or ())
        if found:
            return [
                f"{'/'.join(map(str, it.absolute_path)) or '.'}: {it.message[-300:]}"
                for it in found
            ]
    return [f"{type(error).__name__}: {error}; {error.__cause__ or ''}"]
