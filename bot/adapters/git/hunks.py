"""Which lines of a few files differ between a commit and another, or the working directory."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.adapters.git import command
from bot.domain.hunk import Hunk

_AT_ONCE: Final = 500
_HUNK: Final = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_HOW: Final = (
    "--raw",
    "--patch",
    "-z",
    "--unified=0",
    "--diff-filter=MR",
    "--find-renames=50%",
    "-l2000",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
)


def hunks(
    git_dir: Path, base: str, head: str | Path, paths: Sequence[str]
) -> Mapping[str, Sequence[Hunk]]:
    """Path at the head -> its hunks, for those of `paths` that changed and are at both ends.

    `head` is a commit, or the working directory. `paths` hold the old and the new names of files
    that were renamed.
    """
    found: dict[str, Sequence[Hunk]] = {}
    for start in range(0, len(paths), _AT_ONCE):
        found.update(_changed(git_dir, base, head, paths[start : start + _AT_ONCE]))
    return found


def _changed(
    git_dir: Path, base: str, head: str | Path, paths: Sequence[str]
) -> Iterator[tuple[str, Sequence[Hunk]]]:
    worktree = [f"--work-tree={head}"] if isinstance(head, Path) else []
    commits = [base] if isinstance(head, Path) else [base, head]
    output = command.run(
        git_dir,
        "--literal-pathspecs",
        *worktree,
        "diff",
        *_HOW,
        "--end-of-options",
        *commits,
        "--",
        *paths,
    )
    records, _, patches = output.partition(b"\0\0")
    names = _names(command.lines(records))
    # Lines of a patch begin with a sign, so only a header can begin like one.
    sections = re.split(rb"^diff --git ", patches, flags=re.MULTILINE)[1:]
    for name, section in zip(names, sections, strict=True):
        yield name, tuple(_hunks(section))


def _names(fields: Sequence[str]) -> Iterator[str]:
    """The path at the head of each record of git-diff(1), whose renames have two paths."""
    position = 0
    while position < len(fields):
        renamed = fields[position].rpartition(" ")[2].startswith("R")
        position += 2 + renamed
        yield fields[position - 1]


def _hunks(section: bytes) -> Iterator[Hunk]:
    for found in _HUNK.finditer(section):
        start_before, before, start_after, after = found.groups(default=b"1")
        yield Hunk(int(start_before), int(before), int(start_after), int(after))
