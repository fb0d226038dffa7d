"""The language of canon.yml: bytes in, `Configuration` or every problem out.

Importing this package is cheap: YAML and the schema are loaded by the functions that need them,
so that whoever knows the digest's configuration already (a warm cache) never pays for them.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bot.domain.configuration import Configuration

MAIN_FILE: Final = ".github/canon.yml"
FOLDER: Final = ".github/canon"

_IN_FOLDER = re.compile(re.escape(FOLDER) + r"/[^/]+\.yml")


def is_configuration_path(path: str) -> bool:
    """Whether the file at `path` (from the repository's root) belongs to the configuration."""
    return path == MAIN_FILE or _IN_FOLDER.fullmatch(path) is not None


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 (64 hex digits) of the files' paths and bytes, whatever their order."""
    state = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode("utf-8", "surrogateescape"), files[path]):
            state.update(len(part).to_bytes(8, "big"))
            state.update(part)
    return state.hexdigest()


def load(files: Mapping[str, bytes]) -> "Configuration":
    """Read a whole configuration: path -> bytes of its files.

    Raises `ConfigurationMissingError` when there is no file, `ConfigurationInvalidError` with
    every problem, each at its place, when one of them is wrong.
    """
    from bot.config.loader import load_files

    return load_files(files)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of canon.yml; `$defs/Migration` is that of one migration."""
    from bot.config.editor import document_schema

    return document_schema()
