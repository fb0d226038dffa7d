"""The lines that violations stand on, for people to read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.violation import Violation

Lines = dict[tuple[str, int], str]

_AT_ONCE: Final = 500
_LARGEST: Final = 16 * 1024 * 1024


def lines_of(violations: "Iterable[Violation]", local: "Local", commit: str | None) -> Lines:
    """(path, 1-based line) -> the source there, at a commit or (None) in the working directory.

    What cannot be read is absent: a whole file that is a violation may be no text at all.
    """
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for violation in violations:
        wanted[violation.path].add(violation.line)
    paths = sorted(wanted)
    found: Lines = {}
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        for path, content in contents(local, commit, some):
            found.update(_chosen(path, content, wanted[path]))
    return found


def contents(
    local: "Local", commit: str | None, paths: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """The bytes of files at a commit or (None) in the working directory, as far as there are any.

    Raises `ValueError` for what is no file of the commit.
    """
    if commit is None:
        return _from_directory(local.directory(), paths)
    return _from_commit(local.clone.git_dir, commit, paths)


def _chosen(path: str, content: bytes, numbers: Collection[int]) -> Lines:
    # Most files have no \r, and need not be cut up after the last line that is asked for.
    lines = content.splitlines() if b"\r" in content else content.split(b"\n", max(numbers))
    return {
        (path, number): lines[number - 1].decode("utf-8", "replace")
        for number in numbers
        if number <= len(lines)
    }


def _from_directory(directory: Path, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        file = directory / path
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST:
            yield path, file.read_bytes()


def _from_commit(git_dir: Path, commit: str, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Read with git-cat-file(1), whose input is one object a line."""
    from bot.adapters.git import command

    asked = [path for path in paths if "\n" not in path]
    stdin = "".join(f"{commit}:{path}\n" for path in asked)
    output = command.run(
        git_dir, "cat-file", "--batch", stdin=stdin.encode("utf-8", "surrogateescape")
    )
    position = 0
    for path in asked:
        end = output.index(b"\n", position)
        fields = output[position:end].rsplit(b" ", 2)
        position = end + 1
        if fields[-1] == b"missing" or fields[-2] != b"blob":
            raise ValueError(f"{path!r} is no file at {commit}")
        size = int(fields[-1])
        yield path, output[position : position + size]
        position += size + 1
