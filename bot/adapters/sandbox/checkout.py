"""A commit's files as a tar archive, exactly as they are in the commit.

`git archive` obeys the commit's own .gitattributes (`export-ignore` leaves files out,
`export-subst` and `text` change them): `info/attributes` outranks them, but belongs to the
repository's owner. So git runs in a directory of ours, on the repository's objects.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.adapters.git import command
from bot.adapters.sandbox.launch import Feed
from bot.ports.sandbox import Source

_ATTRIBUTES: Final = (
    "* -filter -export-ignore -export-subst -ident -text -eol -working-tree-encoding\n"
)


@contextmanager
def archive(source: Source, paths: Sequence[str] = ()) -> Iterator[Feed]:
    """The program that writes the archive: of the whole commit, or of `paths` only.

    Raises `GitFailedError` where `git_dir` is no repository.
    """
    with TemporaryDirectory(prefix="canon-checkout-") as directory:
        borrowed = Path(directory)
        objects = _borrow(source.git_dir, borrowed)
        words = ["--literal-pathspecs", "-c", "tar.umask=0022", "archive", "--format=tar"]
        yield Feed(
            words=command.arguments(borrowed, *words, source.commit, "--", *paths),
            variables=command.environment({"GIT_OBJECT_DIRECTORY": objects}),
        )


def _borrow(git_dir: Path, borrowed: Path) -> str:
    """Make a git directory without objects; where those of `git_dir` are."""
    query = ("--path-format=absolute", "--show-object-format", "--git-path", "objects")
    answer = os.fsdecode(command.run(git_dir, "rev-parse", *query))
    object_format, _, objects = answer.removesuffix("\n").partition("\n")
    (borrowed / "refs").mkdir()
    (borrowed / "HEAD").write_text("ref: refs/heads/none\n")
    (borrowed / "info").mkdir()
    (borrowed / "info" / "attributes").write_text(_ATTRIBUTES)
    (borrowed / "config").write_text(
        "[core]\nrepositoryformatversion = 1\nbare = true\n"
        f"[extensions]\nobjectFormat = {object_format}\n"
    )
    return objects
