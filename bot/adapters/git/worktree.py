"""A working directory beside its commit: what differs, by git's own index and ignore rules."""

import os
import stat
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from bot.adapters.git import command
from bot.adapters.git.objects import renames
from bot.domain.errors import UnknownRevisionError
from bot.ports.scanning import Change, Entry, WorkingDirectory

_ABSENT: Final = "000000"
_FILE: Final = "100644"
_LINK: Final = "120000"
_UNREADABLE: Final = "0" * 40
_HEAD: Final = "# branch.oid "
_SETTLED: Final = 1_000_000_000  # ns; a file changed later than that may change again unseen


class Signature(NamedTuple):
    """What changes when a file of a working directory does; times in nanoseconds.

    `changed` is the inode's own time, which no program can set back.
    """

    size: int
    modified: int
    changed: int
    inode: int


class Signatures(Protocol):
    """Remembers which blob a file was, by absolute path, as long as its signature is the same."""

    def signed(self, paths: Iterable[bytes]) -> Mapping[bytes, tuple[Signature, str]]:
        """The signature and blob that files had when they were last read."""

    def sign(self, files: Mapping[bytes, tuple[Signature, str]]) -> None:
        """Remember the signature and blob of files."""


class _Status(NamedTuple):
    """One path of git-status(1): what HEAD has, and what is on disk (its blob, if git knows)."""

    path: str
    before: Entry | None
    mode: str
    blob: str | None


class GitWorktree:
    """The `Worktree` port: tracked changes, and untracked files that are not ignored.

    git's index already remembers by their stat signatures which tracked files did not change, so
    only what did is read here.
    """

    def __init__(self, git_dir: Path, directory: Path, signatures: Signatures) -> None:
        self._git_dir = git_dir
        self._directory = directory
        self._signatures = signatures

    def state(self, relevant: Callable[[str], bool], largest: int) -> WorkingDirectory:
        """How the directory differs from HEAD; only `relevant` files up to `largest` are read.

        Raises `UnknownRevisionError` where nothing has been committed yet.
        """
        commit, found = self._status()
        wanted = [one for one in found if relevant(one.path)]
        after = self._on_disk([one for one in wanted if one.mode != _ABSENT], largest)
        changes = [Change(one.before, after.get(one.path)) for one in wanted]
        return WorkingDirectory(commit, changes, differs=bool(found))

    def renames(self, tree: str) -> Mapping[str, str]:
        """Old path -> new path of files that moved since `tree`, as far as the index knows them."""
        return renames(self._git_dir, f"--work-tree={self._directory}", "diff-index", tree)

    def _status(self) -> tuple[str, Sequence[_Status]]:
        """The commit that is checked out, and every path that git-status(1) lists."""
        fields = command.lines(
            command.run(
                self._git_dir,
                f"--work-tree={self._directory}",
                "status",
                "--porcelain=v2",
                "--branch",
                "-z",
                "--untracked-files=all",
                "--no-renames",
                "--ignore-submodules=all",
            )
        )
        head = [field.removeprefix(_HEAD) for field in fields if field.startswith(_HEAD)]
        if not head or head[0] == "(initial)":
            raise UnknownRevisionError("nothing has been committed here yet")
        found: dict[str, _Status] = {}
        for one in filter(None, map(_status, fields)):
            # Removed from the index and still on disk, a path is listed twice.
            before = found[one.path].before if one.path in found else one.before
            found[one.path] = one._replace(before=before)
        return head[0], list(found.values())

    def _on_disk(self, statuses: Sequence[_Status], largest: int) -> Mapping[str, Entry]:
        """What the paths are on disk now; what is gone since is left out."""
        entries: dict[str, Entry] = {}
        read: dict[bytes, tuple[Signature, str]] = {}
        paths = {one.path: os.fsencode(self._directory / one.path) for one in statuses}
        signed = self._signatures.signed(paths[one.path] for one in statuses if one.blob is None)
        for one in statuses:
            path = paths[one.path]
            try:
                found = os.lstat(path)
            except OSError:
                continue
            if one.blob is not None or not stat.S_ISREG(found.st_mode):
                mode = one.mode if one.blob is not None else _LINK
                entries[one.path] = Entry(one.path, mode, one.blob or _UNREADABLE)
                continue
            signature = _signature(found)
            before = signed.get(path)
            if before is not None and before[0] == signature:
                blob = before[1]
            else:
                content = read_file(path, largest)
                blob = _UNREADABLE if content is None else blob_id(content)
                if content is not None and _is_settled(signature):
                    read[path] = (signature, blob)
            entries[one.path] = Entry(one.path, _FILE, blob, found.st_size)
        if read:
            self._signatures.sign(read)
        return entries


def _status(field: str) -> _Status | None:
    """One record of the porcelain format, version 2; None for headers and nested repositories."""
    kind, _, rest = field.partition(" ")
    if kind == "1":
        state, _, head_mode, index_mode, mode, head, index, path = rest.split(" ", 7)
        before = Entry(path, head_mode, head) if head_mode != _ABSENT else None
        clean = state[1] == "."
        return _Status(path, before, index_mode if clean else mode, index if clean else None)
    if kind == "u":
        _, _, _, ours_mode, _, mode, _, ours, _, path = rest.split(" ", 9)
        before = Entry(path, ours_mode, ours) if ours_mode != _ABSENT else None
        return _Status(path, before, mode, None)
    if kind == "?" and not rest.endswith("/"):
        return _Status(rest, None, _FILE, None)
    return None


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _is_settled(signature: Signature) -> bool:
    return time.time_ns() - max(signature.modified, signature.changed) > _SETTLED


def blob_id(content: bytes) -> str:
    """The id that git gives these bytes in a repository of SHA-1.

    In another it is as good a key, and shares nothing with the repository's own blobs.
    """
    import hashlib

    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def read_file(path: bytes, largest: int) -> bytes | None:
    """The bytes of a regular file; None if it is none, larger, gone, or must not be read.

    The path's last part is never followed if it is a link, and nothing that blocks is opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > largest:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(largest + 1)
    return content if len(content) <= largest else None
