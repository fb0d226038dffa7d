"""`canon config init`: a first configuration, found by looking at the repository."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli import options

if TYPE_CHECKING:
    from bot.config.first import First

_EXAMPLES: Final = """\b
Examples:
  canon config init --issue 1098 --title "Remove the WebSocket manager factory"
  canon config init --issue 1098 --title "One HTTP client" --print
"""


@click.command("init", epilog=_EXAMPLES)
@options.repo
@click.option("--issue", type=click.IntRange(min=1), metavar="N", help="The tracked issue.")
@click.option(
    "--title",
    metavar="TEXT",
    help="What the migration is about, as the issue's title says it; its words guide the search.",
)
@click.option(
    "--workflow",
    is_flag=True,
    help="Write the workflow for tests on GitHub Actions: besides, or alone without --issue.",
)
@click.option("--print", "printed", is_flag=True, help="Print the files, and write nothing.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def command(
    repo: Path,
    issue: int | None,
    title: str | None,
    *,
    workflow: bool,
    printed: bool,
    force: bool,
) -> None:
    """Write a first configuration by looking at the repository.

    It is a draft in the phase `detect`, which blocks nothing: put it right, and look at what it
    finds with `canon scan --worktree`. What is looked at are the names of modules: those that
    speak of the past (legacy, deprecated, v1 ...), and those that the title names.
    """
    from bot.cli.local import find_clone
    from bot.config import MAIN_FILE
    from bot.config.first import first_configuration
    from bot.config.workflow import PATH, workflow_text

    clone = find_clone(repo)
    if clone.directory is None:
        raise click.UsageError(f"{repo} is a bare repository: it has no working directory.")
    if (issue is None) is not (title is None) or not (workflow or issue):
        raise click.UsageError("Name --issue and --title, or --workflow, or all of them.")
    first = None
    files = {}
    if issue is not None and title is not None:
        first = first_configuration(issue, title, _tracked(clone.git_dir))
        files[MAIN_FILE] = first.text
    if workflow:
        files[PATH] = workflow_text()
    if printed:
        click.echo("\n".join(f"# {path}\n{text}" for path, text in files.items()), nl=False)
    else:
        _write(clone.directory, files, force=force)
        click.echo(_told(first, files))


def _tracked(git_dir: Path) -> list[str]:
    from bot.adapters.git import command as git

    return list(git.lines(git.run(git_dir, "ls-files", "-z")))


def _write(directory: Path, files: Mapping[str, str], *, force: bool) -> None:
    """All of them or none; a folder on the way that is a link leads nowhere."""
    from bot.domain.errors import InputError

    targets = {directory / path: text for path, text in files.items()}
    for target in targets:
        if target.exists() and not force:
            raise InputError(f"{target} is there already: --force replaces it, --print shows")
        if not target.parent.resolve().is_relative_to(directory.resolve()):
            raise InputError(f"{target.parent} leads out of the repository")
    for target, text in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _told(first: "First | None", files: Mapping[str, str]) -> str:
    from bot.reports.plain import visible

    written = [f"Wrote {path}" for path in files]
    if first is None:
        return "\n".join([*written, "Next: commit it to the default branch."])
    found = [f"  {visible(one.module)}: {visible(one.reason)}" for one in first.candidates]
    about = (
        ["It bans imports of what looks like the old way:", *found]
        if found
        else ["No module looks like the old way by its name: the migration has no rules yet."]
    )
    return "\n".join(
        [
            *written,
            *about,
            "Next: put it right (`canon rules` explains the kinds); `canon config check` and",
            "`canon scan --worktree` tell what is wrong with it, and what it finds.",
        ]
    )
