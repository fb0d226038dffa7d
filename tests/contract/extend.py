"""Add operations to the trimmed description of GitHub's REST API, from the one it was taken from.

Run as `python -m tests.contract.extend FILE PATH...`, where FILE is `generated/api.github.com.json`
of the release that `ORIGIN.md` names (`npm pack @octokit/openapi@VERSION`) and each PATH is a
template such as `/repos/{owner}/{repo}/actions/runs/{run_id}/cancel`.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.contract.openapi import DESCRIPTION, Json

_TEXTS = ("description", "summary", "title")
_BESIDE = ("example", "examples", "externalDocs", "tags", "x-github", "x-github-breaking-changes")
_REFERENCE = re.compile(r"#/components/(\w+)/([^/]+)$")


def trimmed(node: Any, *, names: bool = False) -> Any:
    """A copy without texts and examples; `names`: the keys are names of members, not words."""
    if isinstance(node, list):
        return [trimmed(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept: Json = {}
    for key, value in node.items():
        if not names and key in _BESIDE:
            continue
        text = not names and key in _TEXTS and isinstance(value, str)
        kept[key] = "" if text else trimmed(value, names=key == "properties" and not names)
    return kept


def extend(description: Json, whole: Json, paths: list[str]) -> None:
    """Add paths with every component that they use and that is not there yet."""
    pending: list[Any] = []
    for path in paths:
        description["paths"][path] = trimmed(whole["paths"][path])
        pending.append(description["paths"][path])
    while pending:
        for kind, name in _references(pending.pop()):
            there: Json = description["components"].setdefault(kind, {})
            if name not in there:
                there[name] = trimmed(whole["components"][kind][name])
                pending.append(there[name])


def _references(node: Any) -> list[tuple[str, str]]:
    if isinstance(node, list):
        return [found for each in node for found in _references(each)]
    if not isinstance(node, dict):
        return []
    match = _REFERENCE.match(node["$ref"]) if isinstance(node.get("$ref"), str) else None
    own = [(match[1], match[2])] if match else []
    return own + [found for each in node.values() for found in _references(each)]


def main() -> int:
    """Extend the description in place."""
    source, *paths = sys.argv[1:]
    description = json.loads(gzip.decompress(DESCRIPTION.read_bytes()))
    extend(description, json.loads(Path(source).read_bytes()), paths)
    text = json.dumps(description, separators=(",", ":"), ensure_ascii=False)
    DESCRIPTION.write_bytes(gzip.compress(text.encode(), mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
