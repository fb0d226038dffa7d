"""The JSON of `canon rules`."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.config.kinds import configured, parameters
from bot.scanner.examples import violations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.scanner.kind import Example, Kind


def kinds_json(kinds: "Sequence[Kind]") -> str:
    """`canon rules --format json`: the kinds with parameters, examples and what these give."""
    return json.dumps({"version": 1, "kinds": [_kind(one) for one in kinds]}, indent=2)


def _kind(kind: "Kind") -> dict[str, Any]:
    return {
        "name": kind.name,
        "summary": kind.summary,
        "scope": kind.scope,
        "files": kind.files,
        "parameters": [asdict(one) for one in parameters(kind)],
        "examples": [_example(kind, example) for example in kind.examples],
    }


def _example(kind: "Kind", example: "Example") -> dict[str, Any]:
    return {
        "title": example.title,
        "rule": dict(configured(kind, example)),
        "files": dict(example.files),
        "violations": [
            {
                "path": one.path,
                "line": one.line,
                "column": one.column,
                "symbol": one.symbol,
                "message": one.message,
            }
            for one in violations(kind, example)
        ],
    }
