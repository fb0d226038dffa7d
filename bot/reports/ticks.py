"""Check boxes that do something: what stands behind them, and which of them were ticked.

A box is a task of GitHub's Markdown that carries its command in a comment, which readers do not
see: `- [ ] Run the tests <!-- canon:do test -->`. What users wrote is escaped, so that no comment
of theirs can be among them.
"""

import re
from typing import Final

from bot.reports.markdown import Markdown

_SAFE: Final = re.compile(r"[a-z][a-z-]*(?: [A-Za-z0-9-][\w.-]*)*")
_TICKED: Final = re.compile(
    r"^[-*+] +\[[xX]\] .*<!-- canon:do (" + _SAFE.pattern + r") -->\s*$", re.MULTILINE
)


def marker(command: str) -> Markdown:
    """What makes a box do `command` (without `/canon`). Raises `ValueError` for a strange one."""
    if not is_safe(command):
        raise ValueError(f"{command!r} cannot stand behind a check box")
    return Markdown(f"<!-- canon:do {command} -->")


def is_safe(command: str) -> bool:
    """Whether a command is made of plain words, and cannot end the comment it would stand in."""
    return _SAFE.fullmatch(command) is not None and "--" not in command


def ticked(body: str) -> tuple[str, ...]:
    """The commands of the ticked boxes of a comment, each once, in their order."""
    return tuple(dict.fromkeys(_TICKED.findall(body.replace("\r\n", "\n"))))
