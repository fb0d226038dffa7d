"""Where commands find canon.yml: at a commit, in a working directory, or in a file of its own."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from bot.cli.local import Clone, clone_around, find_clone
from bot.config import FOLDER, MAIN_FILE, is_configuration_path

_LARGEST_FILE = 4 * 1024 * 1024
"""Bytes read of one file. The language has a smaller bound, which is told with its place."""


def configuration_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which repository, at which state, with which configuration."""
    options = (
        click.option(
            "--repo",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            default=Path(),
            help="A local clone, bare or not; default: the one around the current directory.",
        ),
        click.option("--rev", metavar="REV", help="Look at this commit."),
        click.option("--worktree", is_flag=True, help="Look at the working directory."),
        click.option(
            "--config",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Read this file instead of the repository's own configuration.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def configuration_files(
    repo: Path, *, rev: str | None, worktree: bool, config: Path | None
) -> Mapping[str, bytes]:
    """Path -> bytes of the configuration files that the options name; empty where there are none.

    Without any option: those of the working directory, or of HEAD in a bare repository. Raises
    `UnknownRevisionError`, and `CouldNotCheckError` where git does not answer.
    """
    if rev is not None and worktree:
        raise click.UsageError("--rev and --worktree exclude each other.")
    if config is not None:
        return {str(config): config.read_bytes()}
    clone = clone_around(repo)
    directory = repo if clone is None else clone.directory
    if worktree and directory is None:
        raise click.UsageError(f"{repo} is a bare repository: it has no working directory.")
    if rev is not None or directory is None:
        return _at_commit(find_clone(repo), rev or "HEAD")
    return configuration_in(directory)


def configuration_in(top: Path) -> Mapping[str, bytes]:
    """The files of a working directory as git would have them: symbolic links lead nowhere."""
    return dict(_regular_files(top))


def _regular_files(top: Path) -> Iterator[tuple[str, bytes]]:
    folder = top / FOLDER
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    for path in (MAIN_FILE, *(f"{FOLDER}/{name}" for name in names)):
        if is_configuration_path(path) and _is_regular(top, path):
            with (top / path).open("rb") as file:
                yield path, file.read(_LARGEST_FILE)


def _is_regular(top: Path, path: str) -> bool:
    file = top / path
    between = [file, *file.parents[: path.count("/")]]
    return file.is_file() and not any(each.is_symlink() for each in between)


def _at_commit(clone: Clone, revision: str) -> Mapping[str, bytes]:
    from bot.adapters.git.commits import GitCommits
    from bot.handlers.commits import configuration_at

    commits = GitCommits(clone.git_dir)
    return configuration_at(commits, commits.resolve(revision))
