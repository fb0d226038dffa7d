from collections.abc import Mapping
from typing import Any, Protocol


class Layouts(Protocol):
    """Fills templates that come from a repository, which may be broken or hostile."""

    def fill(self, source: str, view: Mapping[str, Any]) -> str:
        """The template `source` (Jinja2) with the values of `view`, as Markdown.

        What users wrote is escaped in it. Raises `InputError` with the reason for a template that
        is broken, or that needs more time, memory or room than it may have.
        """
