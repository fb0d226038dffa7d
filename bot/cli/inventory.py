"""`canon inventory`: the existing tests that touch a migration, and what they are worth."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import options
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.configuration import Configuration, Migration
    from bot.domain.inventory import Inventory
    from bot.reports.context import ReportContext


@click.command("inventory")
@options.repo
@click.option("--rev", metavar="REV", help="Look at this commit; default: HEAD.")
@click.option("--worktree", is_flag=True, help="Look at the working directory, committed or not.")
@options.config
@options.migration
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@options.quiet
def command(
    repo: Path,
    rev: str | None,
    worktree: bool,
    config: Path | None,
    migration: int | None,
    form: str,
    quiet: bool,
) -> None:
    """List the tests that touch a migration.

    Tests are read, never run or imported. --migration may be left out where there is only one.
    """
    from bot.cli.local import open_local
    from bot.cli.terminal import progress

    if rev is not None and worktree:
        raise click.UsageError("--rev and --worktree exclude each other.")
    with open_local(repo, cached=False) as local:
        commit = None if worktree else local.commits.resolve(rev or "HEAD")
        configuration = options.configuration_of(local, commit, config)
        about = options.one_migration(configuration, migration)
        with progress("reading tests", quiet=quiet):
            found = inventory_of(local, configuration, about, commit)
        stamp = commit or f"{local.commits.resolve('HEAD')}+worktree"
    click.echo(_written(local, found, configuration, about, stamp, form), nl=form != "markdown")


def inventory_of(
    local: "Local", configuration: "Configuration", migration: "Migration", commit: str | None
) -> "Inventory":
    """The inventory at a commit, or of the working directory."""
    from bot.adapters.inventories import GitInventories

    if commit is not None:
        return GitInventories(local.clone.git_dir).at_commit(configuration, migration, commit)
    inventories = GitInventories(local.clone.git_dir, local.directory())
    return inventories.in_directory(configuration, migration)


def _written(
    local: "Local",
    inventory: "Inventory",
    configuration: "Configuration",
    migration: "Migration",
    commit: str,
    form: str,
) -> str:
    if form == "json":
        from bot.cli.inventory_json import inventory_json

        return inventory_json(inventory, commit, configuration.digest)
    if form == "markdown":
        from bot.reports.inventory import inventory_markdown

        return inventory_markdown(inventory, migration, context_of(local, configuration, commit))
    from bot.cli.inventory_text import inventory_text
    from bot.cli.terminal import Palette

    return inventory_text(inventory, migration, commit, Palette.of_output())


def context_of(local: "Local", configuration: "Configuration", commit: str) -> "ReportContext":
    """What a report on a local repository says of itself."""
    from bot.reports.context import ReportContext

    return ReportContext(
        repository=(local.clone.directory or local.clone.git_dir).name,
        web_url=None,
        subject="these tests",
        base=commit,
        head=commit,
        merge_base=None,
        config_digest=configuration.digest,
        config_paths=configuration.sources,
        version=VERSION,
        at=datetime.now(UTC),
    )
