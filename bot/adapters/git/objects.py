"""Trees, differences and blobs, straight from the object database of a local repository."""

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

from bot.adapters.git import command
from bot.adapters.git.command import GitFailedError
from bot.adapters.git.names import names
from bot.domain.errors import CouldNotCheckError, UnknownRevisionError
from bot.ports.scanning import Change, Entry

_CHUNK: Final = 1 << 20
_ANCESTORS: Final = 32
_RENAMES: Final = ("-z", "--diff-filter=R", "--find-renames=50%", "-l2000", "--name-status")
_ABSENT: Final = "000000"


class GitTrees:
    """The `Trees` port on a local repository, bare or not."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._trees: dict[str, str] = {}  # by commit
        self._compared: tuple[str, str, Sequence[Change]] | None = None  # the last of `changes`
        self._ahead: dict[str, subprocess.Popen[bytes]] = {}  # listings that nobody reads yet

    def close(self) -> None:
        """End listings that were begun and not read."""
        while self._ahead:
            _end(self._ahead.popitem()[1])

    def forget(self) -> None:
        """Ask anew from now on: a history can be rewritten, and what was in it be pruned."""
        self._trees.clear()
        self._compared = None

    def list_ahead(self, tree: str) -> None:
        """Begin to list a tree for `entries`, while the caller does something else."""
        if tree not in self._ahead:
            self._ahead[tree] = self._list(tree)

    def of_commit(self, commit: str) -> str:
        """The tree of a commit."""
        self.look_up(commit)
        return self._trees[commit]

    def look_up(self, *commits: str) -> None:
        """Ask for the trees of several commits at once, and know them from then on."""
        unknown = [commit for commit in commits if commit not in self._trees]
        if not unknown:
            return
        asked = [f"{commit}^{{tree}}" for commit in unknown]
        for commit, tree in zip(unknown, names(self._git_dir, asked), strict=True):
            if tree is None:
                raise UnknownRevisionError(f"there is no commit {commit!r} here")
            self._trees[commit] = tree

    def of_ancestors(self, commit: str) -> Sequence[str]:
        """Trees of the nearest first parents, the nearest first; fewer in a shallow clone."""
        shape = ("--first-parent", f"--max-count={_ANCESTORS}", "--skip=1", "--format=%T")
        return self._git("log", *shape, "--end-of-options", commit).decode().split()

    def known(self, tree: str) -> bool:
        """Whether the object database has this tree."""
        if tree in self._trees.values():
            return True
        try:
            self._git("cat-file", "-e", f"{tree}^{{tree}}")
        except GitFailedError:
            return False
        return True

    def entries(self, tree: str) -> Iterator[Entry]:
        """Every file, link and submodule, with sizes of blobs; ends git when it is closed."""
        listing = self._ahead.pop(tree, None) or self._list(tree)
        assert listing.stdout is not None
        assert listing.stderr is not None
        try:
            rest = b""
            while chunk := listing.stdout.read(_CHUNK):
                complete, _, rest = (rest + chunk).rpartition(b"\0")
                if complete:
                    yield from map(_listed, complete.decode("utf-8", "surrogateescape").split("\0"))
            said = listing.stderr.read(4096).decode("utf-8", "replace")
            if listing.wait():
                raise GitFailedError("ls-tree", listing.returncode, said)
        finally:
            _end(listing)

    def _list(self, tree: str) -> "subprocess.Popen[bytes]":
        listing = subprocess.Popen(
            command.arguments(self._git_dir, "ls-tree", "-r", "-l", "-z", "--full-tree", tree),
            env=command.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert listing.stdout is not None
        _widen(listing.stdout)
        return listing

    def changes(self, before: str, after: str) -> Sequence[Change]:
        """The paths that differ between two trees, sorted as git sorts them."""
        if self._compared is None or self._compared[:2] != (before, after):
            self._compared = (before, after, self._changes(before, after))
        return self._compared[2]

    def _changes(self, before: str, after: str) -> Sequence[Change]:
        raw = self._git("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", before, after)
        fields = command.lines(raw)
        return [_changed(meta, path) for meta, path in zip(fields[::2], fields[1::2], strict=True)]

    def renames(self, before: str, after: str) -> Mapping[str, str]:
        """Old path -> new path, as git-diff-tree(1) finds them at its usual similarity of 50 %."""
        return renames(self._git_dir, "diff-tree", "-r", before, after)

    def _git(self, *arguments: str) -> bytes:
        return command.run(self._git_dir, *arguments)


def renames(git_dir: Path, *difference: str) -> Mapping[str, str]:
    """Old path -> new path, as one of the git-diff commands finds them."""
    found = command.run(git_dir, *difference, *_RENAMES)
    fields = command.lines(found)
    return dict(zip(fields[1::3], fields[2::3], strict=True))


def _end(listing: "subprocess.Popen[bytes]") -> None:
    listing.kill()
    listing.communicate()


def _listed(record: str) -> Entry:
    meta, _, path = record.partition("\t")
    mode, _, blob, size = meta.split()
    return Entry(path, mode, blob, int(size) if size.isdigit() else None)


def _changed(meta: str, path: str) -> Change:
    mode_before, mode_after, before, after, _ = meta.removeprefix(":").split()
    return Change(
        Entry(path, mode_before, before) if mode_before != _ABSENT else None,
        Entry(path, mode_after, after) if mode_after != _ABSENT else None,
    )


class BlobReader:
    """Reads many blobs in one run of git, which starts at once and ends with the `with` block."""

    def __init__(self, git_dir: Path | str, blobs: Sequence[tuple[str, int]]) -> None:
        """Begin with these blobs, each with the most bytes that are read of it."""
        self._blobs = blobs
        self._git = subprocess.Popen(
            command.arguments(git_dir, "cat-file", "--batch", "--buffer"),
            env=command.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=_CHUNK,
        )
        assert self._git.stdin is not None
        assert self._git.stdout is not None
        self._answers = self._git.stdout
        _widen(self._answers)
        # git stops reading while nobody reads its answers, so the questions come from a thread.
        threading.Thread(
            target=_ask, args=(self._git.stdin, [blob for blob, _ in blobs]), daemon=True
        ).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._git.kill()
        self._git.wait()
        self._answers.close()

    def __iter__(self) -> Iterator[tuple[bytes | None, int]]:
        """Bytes and size of each blob, in the order asked.

        The bytes are None for a blob that is too large, and for one that is not there or is no
        blob, whose size is -1. Raises `CouldNotCheckError` when git ends early.
        """
        for _, largest in self._blobs:
            yield self._next(largest)

    def _next(self, largest: int) -> tuple[bytes | None, int]:
        header = self._answers.readline()
        if not header.endswith(b"\n"):
            raise CouldNotCheckError("git stopped while the repository was read")
        words = header.split()
        if len(words) != 3:
            return None, -1  # "<id> missing"
        size = int(words[2])
        if size <= largest and words[1] == b"blob":
            return self._answers.read(size + 1)[:size], size
        left = size + 1
        while left and (skipped := self._answers.read(min(left, _CHUNK))):
            left -= len(skipped)
        return None, size if words[1] == b"blob" else -1


def _ask(questions: IO[bytes], blobs: Sequence[str]) -> None:
    with suppress(BrokenPipeError), questions:  # the reader may have gone, with all it wanted
        questions.write("".join(f"{blob}\n" for blob in blobs).encode())


def _widen(pipe: IO[bytes]) -> None:
    """Let git write far ahead; a smaller pipe is only slower."""
    with suppress(ImportError, AttributeError, OSError):  # Linux has it, and may refuse
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)
