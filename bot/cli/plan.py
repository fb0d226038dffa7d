"""`canon plan`: which tests to keep, to update and to write; and writes those that are missing."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli import options
from bot.domain.errors import InputError

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.configuration import Configuration, Migration
    from bot.domain.test_plan import TestPlan

_NO_RESULTS: Final = "canon plan runs no tests; see canon test"


@click.command("plan")
@options.repo
@click.option("--rev", metavar="REV", help="Plan from this commit; default: HEAD.")
@click.option("--worktree", is_flag=True, help="Plan from the working directory.")
@options.config
@options.migration
@click.option(
    "--write",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the missing tests into this folder of the working directory.",
)
@click.option("--force", is_flag=True, help="With --write: overwrite files that are there.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@options.cached
@options.quiet
def command(
    repo: Path,
    rev: str | None,
    worktree: bool,
    config: Path | None,
    migration: int | None,
    write: Path | None,
    force: bool,
    form: str,
    cached: bool,
    quiet: bool,
) -> None:
    """Plan the tests of a migration.

    Says which tests to keep, to update and to write, and what each category must show. --write
    writes a test for each rule that none detects: it fails while the rule has violations, and
    passes once they are gone. Nothing of the repository is run.
    """
    from bot.cli.local import open_local
    from bot.cli.terminal import progress

    if rev is not None and (worktree or write is not None):
        raise click.UsageError("--rev goes neither with --worktree nor with --write.")
    if force and write is None:
        raise click.UsageError("--force is for --write.")
    with open_local(repo, cached=cached) as local:
        present = worktree or write is not None
        commit = None if present else local.commits.resolve(rev or "HEAD")
        configuration = options.configuration_of(local, commit, config)
        about = options.one_migration(configuration, migration)
        folder = _inside(local.directory(), write) if write is not None else None
        with progress("planning", quiet=quiet):
            plan = _planned(local, configuration, about, commit, folder)
        files = _write(local, plan, configuration, about, force=force) if folder else []
        click.echo(_shown(local, plan, configuration, files, form), nl=form != "markdown")


def _inside(directory: Path, folder: Path) -> str:
    """A folder as a path from the repository's root. Raises `InputError` for one outside."""
    root, place = directory.resolve(), folder.resolve()
    if not place.is_relative_to(root) or place == root or ".git" in place.relative_to(root).parts:
        raise InputError(f"{folder} is no folder below {directory}: name one with --write DIR")
    return place.relative_to(root).as_posix()


def _planned(
    local: "Local",
    configuration: "Configuration",
    migration: "Migration",
    commit: str | None,
    folder: str | None,
) -> "TestPlan":
    from bot.cli.inventory import inventory_of
    from bot.domain.measurement import Unmeasured
    from bot.suites.plan import plan_tests

    inventory = inventory_of(local, configuration, migration, commit)
    scan = (
        local.scanner.scan_worktree(configuration)
        if commit is None
        else local.scanner.scan(configuration, commit)
    )
    return plan_tests(
        configuration,
        migration,
        inventory,
        scan,
        Unmeasured(_NO_RESULTS),
        commit=scan.commit,
        directory=folder,
    )


def _write(
    local: "Local",
    plan: "TestPlan",
    configuration: "Configuration",
    migration: "Migration",
    *,
    force: bool,
) -> list[str]:
    from bot.cli.skeletons import write_skeletons
    from bot.suites.plan import skeletons

    made = skeletons(plan, configuration, migration)
    return write_skeletons(local.directory(), made, force=force)


def _shown(
    local: "Local",
    plan: "TestPlan",
    configuration: "Configuration",
    files: list[str],
    form: str,
) -> str:
    if form == "json":
        from bot.cli.plan_json import plan_json

        return plan_json(plan, files)
    if form == "markdown":
        from bot.cli.inventory import context_of
        from bot.reports.test_plan import plan_markdown

        return plan_markdown(plan, context_of(local, configuration, plan.commit))
    from bot.cli.plan_text import plan_text
    from bot.cli.terminal import Palette

    return plan_text(plan, files, Palette.of_output())
