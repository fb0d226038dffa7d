"""The sandbox of the machine that the command line runs on."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.domain.errors import InputError

if TYPE_CHECKING:
    from bot.adapters.sandbox.opening import Wishes
    from bot.ports.clock import Cancellation
    from bot.ports.sandbox import Sandbox

_INDEXES: Final = "pypi.org,files.pythonhosted.org"


def local_sandbox() -> "Sandbox":
    """A sandbox, or where there is none, something that refuses with the reason.

    Read from the environment and not from the service's settings, as the cache's place is: see
    `bot.cli.local.cache_directory`.
    """
    from bot.adapters.sandbox.opening import open_sandbox
    from bot.adapters.sandbox.refusing import RefusingSandbox
    from bot.ports.sandbox import SandboxUnavailableError

    if os.environ.get("CANON_SANDBOX", "bubblewrap") == "off":
        return RefusingSandbox("the sandbox is switched off (CANON_SANDBOX=off)")
    try:
        return open_sandbox(_wishes())
    except SandboxUnavailableError as error:
        return RefusingSandbox(str(error))


class LocalTools:
    """The `Tools` port on a local repository; nothing is loaded before a command is run."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir

    def run(self, command: str, commit: str, cancellation: "Cancellation") -> bytes:
        """The log that a command writes when it runs in the sandbox of this machine."""
        from bot.adapters.tools import SandboxTools

        return SandboxTools(local_sandbox(), self._git_dir).run(command, commit, cancellation)


def _wishes() -> "Wishes":
    from bot.adapters.sandbox.opening import Wishes

    certificates = os.environ.get("SSL_CERT_FILE")
    return Wishes(
        directory=_data_directory() / "sandbox",
        first_uid=_number("CANON_SANDBOX_UID", "200000"),
        concurrency=_number("CANON_SANDBOX_CONCURRENCY", "2") or os.cpu_count() or 1,
        cgroup=os.environ.get("CANON_SANDBOX_CGROUP") or None,
        toolchains=tuple(map(Path, _listed("CANON_SANDBOX_TOOLCHAINS", ""))),
        package_indexes=_listed("CANON_PACKAGE_INDEXES", _INDEXES),
        certificates=Path(certificates) if certificates else None,
    )


def _number(name: str, example: str) -> int | None:
    text = os.environ.get(name)
    if not text:
        return None
    if not text.isdecimal():
        raise InputError(f"{name}: must be a number, such as {example}")
    return int(text)


def _listed(name: str, default: str) -> tuple[str, ...]:
    words = os.environ.get(name) or default
    return tuple(word.strip() for word in words.split(",") if word.strip())


def _data_directory() -> Path:
    chosen = os.environ.get("CANON_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "linux" and os.geteuid() == 0:
        return Path("/var/lib/canon")
    from platformdirs import user_data_path

    return user_data_path("canon", appauthor=False)
