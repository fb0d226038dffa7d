"""A reader for the artifact of a workflow run, whose content nobody vouches for.

The zip file stays in memory and nothing is extracted: of the names in it only those that are
expected are looked at, each as bytes below a limit. `docs/actions.md` describes the files.
"""

import json
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from bot.ports.sandbox import MIB, Ending, RefusedFile

LARGEST: Final = 32 * MIB
"""Bytes of the zip file that are read at all."""
LARGEST_REPORT: Final = 16 * MIB
LARGEST_LOG: Final = MIB
_LARGEST_SUMMARY: Final = 4096
_LARGEST_DIRECTORY: Final = 64 * 1024
_MOST_ENTRIES: Final = 100
_MOST_RATIO: Final = 300
_ANY_RATIO: Final = MIB  # below this size, no matter how well it packs

_SUMMARY: Final = "canon.json"
_REPORTS: Final = ("junit.xml", "junit-again.xml")
_LOG: Final = "log.txt"

_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LOCATOR_64: Final = b"PK\x06\x07"
_LOCATOR_64_SIZE: Final = 20
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that is none of ours
    RuntimeError,  # a password
    ValueError,
    OverflowError,
)


class UnreadableArtifactError(Exception):
    """Not what the workflow writes, or larger than it writes; says nothing about the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of a category's command; `results` is its result file, None where there is none."""

    ending: Ending
    status: int
    seconds: float
    results: bytes | RefusedFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What a workflow run left: the `commit` that it tested, and one attempt, or two."""

    commit: str
    attempts: tuple[Attempt, ...]
    log: bytes = b""


def read_artifact(content: bytes) -> Artifact:
    """Read the zip file of an artifact; raises `UnreadableArtifactError`."""
    try:
        _check_directory(content)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _Reader(archive).artifact()
    except _BROKEN as error:
        raise UnreadableArtifactError(f"not a readable zip file: {error}") from error


def _check_directory(content: bytes) -> None:
    """Refuse a list of entries that would take much memory merely to be looked at.

    The end record has to be the last bytes, without a comment or a 64-bit one before it, so that
    there is only one way to read it.
    """
    end = content[-_END_SIZE:]
    locator = content[-_END_SIZE - _LOCATOR_64_SIZE : -_END_SIZE]
    if len(end) < _END_SIZE or not end.startswith(_END) or end[-2:] != b"\0\0":
        raise UnreadableArtifactError("not a zip file")
    if locator.startswith(_LOCATOR_64):
        raise UnreadableArtifactError("a zip file for more than 4 GiB")
    entries, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if entries > _MOST_ENTRIES or size > _LARGEST_DIRECTORY:
        raise UnreadableArtifactError(f"more than {_MOST_ENTRIES} files")


class _Reader:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries: dict[str, list[zipfile.ZipInfo]] = {}
        for entry in archive.infolist():
            self._entries.setdefault(entry.filename, []).append(entry)

    def artifact(self) -> Artifact:
        summary = self._read(_SUMMARY, _LARGEST_SUMMARY)
        if not isinstance(summary, bytes):
            raise UnreadableArtifactError(f"no {_SUMMARY}" if summary is None else summary.reason)
        log = self._read(_LOG, LARGEST_LOG)
        if isinstance(log, RefusedFile):
            log = f"The log was refused: {log.reason}\n".encode()
        commit, told = _parsed(summary)
        attempts = [
            Attempt(
                ending=ending,
                status=status,
                seconds=seconds,
                results=self._read(name, LARGEST_REPORT),
            )
            for name, (ending, status, seconds) in zip(_REPORTS, told, strict=False)
        ]
        return Artifact(commit=commit, attempts=tuple(attempts), log=log or b"")

    def _read(self, name: str, largest: int) -> bytes | RefusedFile | None:
        entries = self._entries.get(name, [])
        if not entries:
            return None
        if len(entries) > 1:
            return RefusedFile(f"{name}: {len(entries)} files of that name")
        (entry,) = entries
        if reason := _suspicious(entry, largest):
            return RefusedFile(f"{name}: {reason}")
        with self._archive.open(entry) as stream:
            return stream.read(largest)  # without a number, all that is packed would be unpacked


def _suspicious(entry: zipfile.ZipInfo, largest: int) -> str | None:
    """Why an entry is not read; what it says of its own size bounds what comes out of it."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG} or entry.is_dir():
        return "not a regular file"
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "packed in another way than by deflate"  # the others would be unpacked unbounded
    if entry.file_size > largest:
        return f"{entry.file_size:,} bytes, more than {largest:,}"
    if entry.file_size > max(_ANY_RATIO, _MOST_RATIO * entry.compress_size):
        return f"packed {_MOST_RATIO} times smaller than it is"
    return None


_Told = tuple[Ending, int, float]


def _parsed(summary: bytes) -> tuple[str, list[_Told]]:
    try:
        match json.loads(summary):
            case {"version": 1, "commit": str(commit), "runs": [_, *_] as runs}:
                return commit, [_attempt(run) for run in runs]
    except (ValueError, RecursionError) as error:
        raise UnreadableArtifactError(f"{_SUMMARY} is not JSON: {error}") from error
    raise UnreadableArtifactError(f"{_SUMMARY} is not of version 1")


def _attempt(run: Mapping[str, Any]) -> _Told:
    match run:
        case {
            "ending": "exited" | "timed_out" | "setup_failed" as ending,
            "status": int(status),
            "seconds": int(seconds) | float(seconds),
        } if 0 <= status < 256 and 0 <= seconds < 1e6:
            return Ending(ending), status, float(seconds)
    raise UnreadableArtifactError(f"{_SUMMARY} does not say how the command ended")
