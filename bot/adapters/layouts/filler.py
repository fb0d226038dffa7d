import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

from bot.domain.errors import InputError
from bot.reports.plain import visible

LARGEST_SOURCE: Final = 256 * 1024
"""Characters of a template."""

_SECONDS: Final = 10.0
_LONGEST_REASON: Final = 300


class SandboxedLayouts:
    """The `Layouts` port: each template is filled by a child with limits of its own.

    The child has no environment, no files to write, two seconds of processor time and bounded
    memory (see `child`); whatever goes wrong in it is the template's fault.
    """

    def fill(self, source: str, view: Mapping[str, Any]) -> str:
        """The filled template. Raises `InputError` with the reason where there is none."""
        if len(source) > LARGEST_SOURCE:
            raise InputError(f"it has {len(source):,} characters, more than {LARGEST_SOURCE:,}")
        asked = json.dumps({"source": source, "view": view})
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-m", "bot.adapters.layouts.child"],
                input=asked.encode("ascii"),
                capture_output=True,
                check=False,
                cwd="/",
                env={},
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise InputError(f"it was not filled within {_SECONDS:g} seconds") from None
        if done.returncode != 0:
            raise InputError(f"it needs more time or memory than it may have ({done.returncode})")
        answer = json.loads(done.stdout)
        if "error" in answer:
            raise InputError(visible(answer["error"], _LONGEST_REASON))
        filled: str = answer["text"]
        return filled
