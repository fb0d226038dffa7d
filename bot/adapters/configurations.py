"""Configurations that were read before, so that a warm run need not load YAML and its schema.

A cache, never state: deleting it costs a fifth of a second a configuration, nothing else.
"""

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec

from bot import config
from bot.adapters.sources import newest
from bot.domain.configuration import Configuration, Migration, Rule
from bot.scanner import kinds
from bot.version import VERSION

_READERS: Final = (Path(config.__file__).parent, Path(kinds.__file__).parent)


class CachedConfigurations:
    """Loads configurations, through files in `directory` where that is not None."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def load(self, files: Mapping[str, bytes]) -> Configuration:
        """The configuration in `files` (path -> bytes); raises what `bot.config.load` raises.

        Invalid configurations are not kept: their problems are found anew each time.
        """
        if self._directory is None:
            return config.load(files)
        place = self._directory / f"{config.digest(files)}.{_edition()}.msgpack"
        found = _read(place)
        if found is None:
            found = config.load(files)
            _write(place, found)
        return found


def _edition() -> str:
    """Which reader wrote it: another version, or the same one edited, reads anew."""
    return f"{VERSION}-{max(map(newest, _READERS)):x}"


def _read(place: Path) -> Configuration | None:
    """What is there; None for nothing, or nothing readable."""
    try:
        content = place.read_bytes()
        found = msgspec.msgpack.decode(content, type=Configuration)
        return replace(found, migrations=tuple(map(_revived, found.migrations)))
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def _revived(migration: Migration) -> Migration:
    return replace(migration, rules=tuple(map(_with_parameters, migration.rules)))


def _with_parameters(rule: Rule) -> Rule:
    """`parameters` come back as a plain map: only the rule's kind knows their type."""
    parameters: Any = msgspec.convert(rule.parameters, kinds.kind(rule.kind).parameters)
    return replace(rule, parameters=parameters)


def _write(place: Path, configuration: Configuration) -> None:
    """Whole or not at all, as other processes may read; a cache that cannot be written is none."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        being_written = place.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        being_written.write_bytes(msgspec.msgpack.encode(configuration))
        being_written.replace(place)
