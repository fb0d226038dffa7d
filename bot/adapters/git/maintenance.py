"""Keeps mirrors fast to read: many small fetches leave many small packs and loose objects."""

from pathlib import Path

from bot.adapters.git import command

_PACKS_AT_MOST = 20
_LOOSE_FOLDER_AT_MOST = 16
"""Loose objects spread evenly over 256 folders, so one folder tells of all (git's own estimate)."""


def consolidate(git_dir: Path) -> None:
    """Repack when it is due. The caller holds the mirror; readers go on undisturbed.

    Geometric repacking touches only the small packs, so its cost follows the change and not the
    size of the repository (git-repack(1), `--geometric`).
    """
    objects = git_dir / "objects"
    packs = sum(1 for _ in (objects / "pack").glob("*.pack"))
    loose = sum(1 for _ in (objects / "17").glob("*"))
    if packs > _PACKS_AT_MOST or loose > _LOOSE_FOLDER_AT_MOST:
        command.run(git_dir, "repack", "--quiet", "-d", "--geometric=2", "--write-midx")
        command.run(git_dir, "prune-packed", "--quiet")
        command.run(git_dir, "pack-refs", "--all")
