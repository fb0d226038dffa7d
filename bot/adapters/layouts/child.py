"""Fills one template from standard input and writes the result, as JSON, to standard output."""

import json
import resource
import sys
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.reports.rendering import FILTERS, written

_PROCESSOR_SECONDS: Final = 2
_MEMORY: Final = 512 * 1024 * 1024
_LONGEST: Final = 1_000_000
"""Characters of what a template makes; a comment takes far less."""


def main() -> None:
    """The child's whole life; an answer is written for every fault of the template."""
    _limit()
    asked = json.loads(sys.stdin.buffer.read())
    json.dump(_filled(asked["source"], asked["view"]), sys.stdout)


def _limit() -> None:
    """The hard limits are the soft ones, so that nothing can lift them again."""
    for what, limit in (
        (resource.RLIMIT_CPU, _PROCESSOR_SECONDS),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _filled(source: str, view: dict[str, Any]) -> dict[str, str]:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=written,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters = {**FILTERS, "length": len}
    environment.globals = {}
    try:
        text = _joined(environment.from_string(source).generate(**view))
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        return {"error": f"{where}{error.message or type(error).__name__}"}
    except (MemoryError, RecursionError) as error:
        return {"error": f"it needs too much memory ({type(error).__name__})"}
    except Exception as error:  # noqa: BLE001 - whatever a template raises is its own fault
        return {"error": f"{type(error).__name__}: {error}"}
    return {"text": text}


def _joined(parts: Any) -> str:
    made, size = [], 0
    for part in parts:
        size += len(part)
        if size > _LONGEST:
            raise ValueError(f"it makes more than {_LONGEST:,} characters")
        made.append(part)
    return "".join(made)


if __name__ == "__main__":
    main()
