"""Where a clone comes from: the repository's pages, for links."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.adapters.git import command
from bot.adapters.git.command import GitFailedError

_WEB: Final = re.compile(r"https://(?:[^/@]+@)?([\w.-]+(?::\d+)?)/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SSH: Final = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?")


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository ("owner/name") and the site it is on (https://github.com)."""

    repository: str
    web_url: str


def origin_of(git_dir: Path) -> Origin | None:
    """What the remote `origin` names; None where there is none, or it is no site's."""
    try:
        url = command.run(git_dir, "config", "--get", "remote.origin.url").decode().strip()
    except GitFailedError:
        return None
    found = _WEB.fullmatch(url) or _SSH.fullmatch(url)
    return Origin(found[2], f"https://{found[1]}") if found else None
