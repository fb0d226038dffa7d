"""Real payloads that GitHub sent, collected in `@octokit/webhooks-examples`."""

import json
from functools import lru_cache
from typing import Any

from tests.contract.webhooks import PACKAGES, installed

Json = dict[str, Any]


@lru_cache(maxsize=1)
def _every_example() -> dict[str, list[Json]]:
    path = PACKAGES / "webhooks-examples" / "api.github.com" / "index.json"
    listing: list[Json] = json.loads(installed(path).read_bytes())
    return {entry["name"]: entry["examples"] for entry in listing}


def events() -> list[str]:
    """The names of all events there are examples of."""
    return sorted(_every_example())


def examples(event: str) -> list[Json]:
    """The example payloads of one event ("pull_request"); none for an event without."""
    return _every_example().get(event, [])
