from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.adapters.git import command
from bot.adapters.git.command import GitFailedError
from bot.adapters.git.names import names
from bot.domain.errors import InputError, UnknownRevisionError

if TYPE_CHECKING:
    from bot.domain.hunk import Hunk
    from bot.domain.repository import Authored
    from bot.ports.git import Origin

_REGULAR = ("100644", "100755")
_SIMILARITY = "50%"
_RENAME_CANDIDATES = 2000


class _Entry(NamedTuple):
    path: str
    object_id: str
    size: int


class GitCommits:
    """The `Commits` port on a local repository, bare or not."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir

    def resolve(self, revision: str) -> str:
        """The commit (40 hex digits) a revision names."""
        asked = f"{revision}^{{commit}}"
        try:
            found = self._git("rev-parse", "--quiet", "--verify", "--end-of-options", asked)
        except GitFailedError as error:
            raise UnknownRevisionError(
                f"there is no commit {revision!r} here: fetch it, or name another"
            ) from error
        return found.decode().strip()

    def resolve_all(self, revisions: Sequence[str]) -> Sequence[str]:
        """The commits (40 hex digits) that several revisions name, in their order."""
        if any("\n" in revision for revision in revisions):
            return [self.resolve(revision) for revision in revisions]
        found = names(self._git_dir, [f"{revision}^{{commit}}" for revision in revisions])
        for revision, commit in zip(revisions, found, strict=True):
            if commit is None:
                raise UnknownRevisionError(
                    f"there is no commit {revision!r} here: fetch it, or name another"
                )
        return [commit for commit in found if commit is not None]

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None for unrelated histories."""
        try:
            return self._git("merge-base", "--end-of-options", one, other).decode().strip()
        except GitFailedError as error:
            if error.status == 1:  # git-merge-base(1): no ancestor in common
                return None
            raise

    def paths(self, commit: str, under: str) -> Sequence[str]:
        """The regular files in one folder (not below) at a commit."""
        return [entry.path for entry in self._entries(commit, f"{under.rstrip('/')}/")]

    def files(self, commit: str, paths: Sequence[str], *, largest: int) -> Mapping[str, bytes]:
        """Path -> bytes of the regular files among `paths`."""
        entries = list(self._entries(commit, *paths))
        for entry in entries:
            if entry.size > largest:
                raise InputError(f"{entry.path} has {entry.size:,} bytes; at most {largest:,}")
        asked = "".join(f"{entry.object_id}\n" for entry in entries)
        batch = self._git("cat-file", "--batch", stdin=asked.encode()) if entries else b""
        return dict(_contents(entries, batch))

    def all_paths(self, commit: str) -> Sequence[str]:
        """Every regular file at a commit, as paths from the root."""
        listing = self._git("ls-tree", "-r", "-z", "--full-tree", commit)
        records = (record.partition("\t") for record in command.lines(listing))
        return [path for meta, _, path in records if meta.split()[0] in _REGULAR]

    def origin(self, commit: str, path: str, line: int) -> "Origin | None":
        """Where a line of a file comes from, as git-blame(1) says; None for no such line."""
        from bot.ports.git import Origin

        where = ("-L", f"{line},{line}", commit, "--", path)
        try:
            told = self._git("blame", "--porcelain", *where)
        except GitFailedError:
            return None
        first, *rest = told.decode("utf-8", "surrogateescape").split("\n")
        facts = dict(entry.partition(" ")[::2] for entry in rest if not entry.startswith("\t"))
        try:
            at = datetime.fromtimestamp(int(facts["committer-time"]), UTC)
        except (ValueError, OverflowError, OSError):  # anybody can write any time into a commit
            return None
        return Origin(first.split()[0], facts["author"], at, facts["summary"])

    def changed(self, base: str, head: str) -> Sequence[str]:
        """The paths at which two commits differ."""
        arguments = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", "--end-of-options")
        return command.lines(self._git(*arguments, base, head))

    def renames(self, base: str, head: str) -> Mapping[str, str]:
        """Old path -> new path of renamed files, as git-diff-tree(1) finds them."""
        found = self._git(
            "diff-tree",
            "-r",
            "-z",
            "--diff-filter=R",
            f"--find-renames={_SIMILARITY}",
            f"-l{_RENAME_CANDIDATES}",
            "--name-status",
            "--end-of-options",
            base,
            head,
        )
        fields = command.lines(found)
        return dict(zip(fields[1::3], fields[2::3], strict=True))

    def hunks(self, base: str, head: str, paths: Sequence[str]) -> "Mapping[str, Sequence[Hunk]]":
        """Path at the head -> which lines changed, of those of `paths` that are at both ends."""
        from bot.adapters.git.hunks import hunks

        return hunks(self._git_dir, base, head, paths)

    def first_parents(self, start: str, end: str, *, at_most: int) -> "Sequence[Authored]":
        """What was merged or pushed after `start` up to `end`, oldest first."""
        from bot.domain.repository import Authored

        found = self._git(
            "log",
            "-z",
            "--first-parent",
            f"--max-count={at_most}",
            "--format=%H%n%an%n%s",
            "--no-show-signature",
            "--end-of-options",
            f"{start}..{end}",
        )
        return [Authored(*record.split("\n", 2)) for record in reversed(command.lines(found))]

    def _entries(self, commit: str, *pathspecs: str) -> Iterator[_Entry]:
        literal = [
            f":(top,literal){path}" if not path.endswith("/") else path for path in pathspecs
        ]
        listing = self._git("ls-tree", "-l", "-z", "--full-tree", commit, "--", *literal)
        for record in command.lines(listing):
            meta, _, path = record.partition("\t")
            mode, _kind, object_id, size = meta.split()
            if mode in _REGULAR:
                yield _Entry(path, object_id, int(size))

    def _git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        return command.run(self._git_dir, *arguments, stdin=stdin)


def _contents(entries: Sequence[_Entry], batch: bytes) -> Iterator[tuple[str, bytes]]:
    """Cut the output of git-cat-file(1), `--batch`: a header line, the bytes, a line end."""
    position = 0
    for entry in entries:
        start = batch.index(b"\n", position) + 1
        end = start + entry.size
        yield entry.path, batch[start:end]
        position = end + 1
