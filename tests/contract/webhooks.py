"""Holds webhooks to GitHub's own description of them (`@octokit/openapi-webhooks`)."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

PACKAGES = Path(__file__).parent / "node_modules" / "@octokit"

_ROOT = "urn:github:webhooks"

Json = dict[str, Any]

# Differences between GitHub and its description that are not ours to mend:
# (event and action, what is complained of, why it is let pass).
KNOWN = (
    (
        "check_suite.rerequested",
        r"^\$\.check_suite\.app\.events\[\d+\]: '(merge_group|repository)' is not one of",
        "the list of an App's events is older here than in check_suite.requested",
    ),
    (
        "check_suite.completed",
        r"^\$\.check_suite\.app\.events\[\d+\]: '(merge_group|repository)' is not one of",
        "the same list",
    ),
)


class WebhookContract:
    """The description, ready to check payloads with."""

    def __init__(self, description: Json) -> None:
        self._webhooks: Json = description["webhooks"]
        resource = DRAFT202012.create_resource(description)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        self._validators: dict[str, Draft202012Validator] = {}

    def complaints(
        self, event: str, payload: Json, headers: Mapping[str, str] | None = None
    ) -> list[str]:
        """Everything that is wrong with a payload (and its headers, when given)."""
        action = payload.get("action")
        name = "-".join(filter(None, (event, action))).replace("_", "-")
        operation = self._webhooks.get(name)
        if operation is None:
            return [f"no webhook {name}"]
        sent = {header.lower() for header in headers or ()}
        wanted = {
            parameter["name"].lower()
            for parameter in operation["post"]["parameters"]
            if parameter.get("required")
        }
        missing = sorted(wanted - sent) if headers is not None else []
        errors = sorted(self._validator(name).iter_errors(payload), key=lambda it: it.json_path)
        complaints = [
            *(f"missing header {header}" for header in missing),
            *(f"{error.json_path}: {error.message[:200]}" for error in errors),
        ]
        return [each for each in complaints if not _known(f"{event}.{action}", each)]

    def _validator(self, name: str) -> Draft202012Validator:
        if name not in self._validators:
            body = self._webhooks[name]["post"]["requestBody"]["content"]["application/json"]
            reference = _ROOT + body["schema"]["$ref"]
            self._validators[name] = Draft202012Validator(
                {"$ref": reference},
                registry=self._registry,
                format_checker=Draft202012Validator.FORMAT_CHECKER,
            )
        return self._validators[name]


def _known(event: str, complaint: str) -> bool:
    return any(event == about and re.search(pattern, complaint) for about, pattern, _ in KNOWN)


@lru_cache(maxsize=1)
def load() -> WebhookContract:
    """The contract, read once in a process."""
    path = PACKAGES / "openapi-webhooks" / "generated" / "api.github.com.json"
    return WebhookContract(json.loads(installed(path).read_bytes()))


def installed(path: Path) -> Path:
    """The path, if the packages are there."""
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run `python -m tests.contract.install`")
    return path
