"""Reads many blobs with libgit2, in this process: no bytes go through a pipe.

Faster than git for thousands of blobs, and nothing more: whatever it cannot do, or is not sure of,
git does (docs/decisions/0007). Where pygit2 is not installed, git does everything.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from bot.adapters.git.objects import BlobReader

_WINDOW: Final = 64 << 20  # bytes of a pack that are mapped at once
_MAPPED: Final = 512 << 20  # of all packs together; less than a worker's limit
_SHA1_DIGITS: Final = 40


class LibraryReader:
    """The same as `BlobReader`, which takes over from the first blob that is any trouble."""

    def __init__(self, git_dir: Path | str, blobs: Sequence[tuple[str, int]]) -> None:
        """Begin with these blobs, each with the most bytes that are read of it."""
        self._git_dir = git_dir
        self._blobs = blobs
        self._git: BlobReader | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._git is not None:
            self._git.__exit__()

    def __iter__(self) -> Iterator[tuple[bytes | None, int]]:
        """Bytes and size of each blob, in the order asked; see `BlobReader`."""
        done = 0
        for found in self._read():
            yield found
            done += 1
        if done < len(self._blobs):
            self._git = BlobReader(self._git_dir, self._blobs[done:])
            yield from self._git

    def _read(self) -> Iterator[tuple[bytes | None, int]]:
        """As many blobs as can be read without a doubt."""
        library = load()
        if library is None:
            return
        try:
            database = library.Odb(str(_objects(Path(self._git_dir))))
            for blob, largest in self._blobs:
                if len(blob) != _SHA1_DIGITS:
                    return
                kind, size = database.read_header(blob)
                if kind != library.enums.ObjectType.BLOB:
                    return
                yield (database.read(blob)[1], size) if size <= largest else (None, size)
        except (library.GitError, OSError):
            return


def load() -> Any:
    """The pygit2 module, set up for reading; None where there is none."""
    try:
        import pygit2
    except ImportError:
        return None
    settings = pygit2.settings
    # git does not compute the id of what it reads either; it takes longer than reading does.
    settings.enable_strict_hash_verification(False)
    settings.mwindow_size = _WINDOW
    settings.mwindow_mapped_limit = _MAPPED
    return pygit2


def _objects(git_dir: Path) -> Path:
    """The object database; of a linked working tree (git-worktree(1)), the one that all share."""
    shared = git_dir / "commondir"
    if shared.is_file():
        git_dir /= shared.read_text(encoding="utf-8").strip()
    return git_dir / "objects"
