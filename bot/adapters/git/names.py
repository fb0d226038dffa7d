"""What revisions name, asked of one git process however many they are."""

from collections.abc import Sequence
from pathlib import Path

from bot.adapters.git import command

_FORMAT = "%(objectname)"


def names(git_dir: Path, revisions: Sequence[str]) -> Sequence[str | None]:
    """The id of the object that each revision (gitrevisions(7), one line) names, in their order.

    None for what names nothing, or more than one, and for an object that is not there.
    """
    asked = "".join(f"{revision}\n" for revision in revisions)
    told = command.run(
        git_dir,
        "cat-file",
        f"--batch-check={_FORMAT}",
        stdin=asked.encode("utf-8", "surrogateescape"),
    )
    # What is not found comes back as it was asked, with a word after a blank.
    answers = told.decode("utf-8", "surrogateescape").split("\n")[:-1]
    return [None if " " in answer else answer for answer in answers]
