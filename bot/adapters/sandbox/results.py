"""Reading what untrusted code left behind. Only to be called when all its processes are dead."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from bot.ports.sandbox import RefusedFile, SandboxError

_NEVER_FOLLOW = os.O_NOFOLLOW | os.O_CLOEXEC
_DIRECTORY = os.O_PATH | os.O_DIRECTORY | _NEVER_FOLLOW
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | _NEVER_FOLLOW
_PIECE = 1024 * 1024
_DEEPEST = 100
_MOST_ENTRIES = 500_000


def read(root: int, path: str, largest: int) -> bytes | RefusedFile | None:
    """The regular file at `path` below the directory `root` (a descriptor); None: not there.

    No part of the path may be a link. Opening a pipe does not wait, and a device is not read.
    """
    *parents, name = PurePosixPath(path).parts
    if name == ".." or {"..", "/"} & set(parents):
        return RefusedFile(f"{path}: leads out of the sandbox")
    try:
        with _descended(root, parents) as directory:
            descriptor = os.open(name, _FILE, dir_fd=directory)
    except FileNotFoundError:
        return None
    except OSError as error:
        return RefusedFile(f"{path}: {error.strerror}")
    try:
        return _content(descriptor, path, largest)
    finally:
        os.close(descriptor)


@contextmanager
def _descended(root: int, parents: list[str]) -> Iterator[int]:
    current = os.dup(root)
    try:
        for parent in parents:
            below = os.open(parent, _DIRECTORY, dir_fd=current)
            os.close(current)
            current = below
        yield current
    finally:
        os.close(current)


def _content(descriptor: int, path: str, largest: int) -> bytes | RefusedFile:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return RefusedFile(f"{path}: not a regular file")
    if status.st_nlink != 1:
        return RefusedFile(f"{path}: {status.st_nlink} hard links")
    if status.st_size > largest:
        return RefusedFile(f"{path}: {status.st_size:,} bytes, more than {largest:,}")
    content = bytearray()
    while piece := os.read(descriptor, _PIECE):
        content += piece
        if len(content) > largest:
            return RefusedFile(f"{path}: more than {largest:,} bytes")
    return bytes(content)


class TreeRefusedError(SandboxError):
    """A directory holds what may not be kept: a pipe, a socket, a device, too many entries."""


def keep(root: int, target: int, going_on: Callable[[], None]) -> None:
    """Copy the tree below `root` into the empty directory `target`; both are descriptors.

    Contents, times, links as they are (never followed) and the executable bit are kept; owners
    and other permissions are not. `going_on` is called for every entry, and may raise. Raises
    `TreeRefusedError`.
    """
    _Copy(going_on).tree(root, target, 0)


class _Copy:
    """One copy; counts what it has met."""

    def __init__(self, going_on: Callable[[], None]) -> None:
        self._going_on = going_on
        self._entries = 0

    def tree(self, root: int, target: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise TreeRefusedError(f"the set-up left directories more than {_DEEPEST} deep")
        os.fchmod(target, 0o755)
        with os.scandir(root) as entries:
            for entry in entries:
                self._entries += 1
                self._going_on()
                if self._entries > _MOST_ENTRIES:
                    raise TreeRefusedError(f"the set-up left more than {_MOST_ENTRIES:,} files")
                self._entry(entry, root, target, depth)

    def _entry(self, entry: os.DirEntry[str], root: int, target: int, depth: int) -> None:
        if entry.is_symlink():
            os.symlink(os.readlink(entry.name, dir_fd=root), entry.name, dir_fd=target)
        elif entry.is_dir(follow_symlinks=False):
            os.mkdir(entry.name, dir_fd=target)
            with _opened(entry.name, root) as source, _opened(entry.name, target) as copy:
                self.tree(source, copy, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            _copy_file(entry.name, root, target)
        else:
            raise TreeRefusedError(f"the set-up left something special: {entry.name!r}")


@contextmanager
def _opened(name: str, directory: int) -> Iterator[int]:
    flags = os.O_RDONLY | os.O_DIRECTORY | _NEVER_FOLLOW
    descriptor = os.open(name, flags, dir_fd=directory)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _copy_file(name: str, root: int, target: int) -> None:
    source = os.open(name, _FILE, dir_fd=root)
    try:
        status = os.fstat(source)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NEVER_FOLLOW
        copy = os.open(name, flags, dir_fd=target)
        try:
            os.fchmod(copy, 0o755 if status.st_mode & stat.S_IXUSR else 0o644)
            while os.sendfile(copy, source, None, _PIECE):
                pass
            # Compiled Python names the time of its source; with another it would not be used.
            os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
        finally:
            os.close(copy)
    finally:
        os.close(source)
