"""`canon scan`: what a configuration finds in one commit, or in the working directory."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli import options
from bot.domain.severity import Severity

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.configuration import Configuration
    from bot.domain.scan import Scan

_ANY: Final = "any"
_FOUND: Final = 1
_COULD_NOT_CHECK: Final = 3


@click.command("scan")
@options.repo
@click.option("--rev", metavar="REV", help="Scan this commit; default: HEAD.")
@click.option("--worktree", is_flag=True, help="Scan the working directory, committed or not.")
@options.config
@options.migration
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.Choice([*Severity, _ANY]),
    help="Exit with 1 when a violation of this severity, or a graver one, is found.",
)
@options.cached
@options.quiet
def command(
    repo: Path,
    rev: str | None,
    worktree: bool,
    config: Path | None,
    migration: int | None,
    form: str,
    fail_on: str | None,
    cached: bool,
    quiet: bool,
) -> None:
    """Find the violations in a commit or directory.

    A scan only counts: it exits with 0 whatever it finds, unless --fail-on says otherwise. Where a
    rule could not be checked, it exits with 3.
    """
    from bot.cli.local import open_local
    from bot.cli.terminal import progress

    if rev is not None and worktree:
        raise click.UsageError("--rev and --worktree exclude each other.")
    with open_local(repo, cached=cached, scans=True) as local:
        commit = None if worktree else local.commits.resolve(rev or "HEAD")
        if commit is not None and not local.known:
            local.scanner.expect(commit)
        configuration = options.configuration_of(local, commit, config)
        options.require(configuration, migration)
        with progress("scanning", quiet=quiet):
            found = _scanned(local, configuration, commit)
        scan = options.scan_of(found, migration)
        click.echo(_written(scan, configuration, form, local, commit))
    if _fails(scan, fail_on):
        raise click.exceptions.Exit(_FOUND)
    if any(rule.unchecked for migration in scan.migrations for rule in migration.rules):
        raise click.exceptions.Exit(_COULD_NOT_CHECK)


def _scanned(local: "Local", configuration: "Configuration", commit: str | None) -> "Scan":
    if commit is not None:
        return local.scanner.scan(configuration, commit)
    return local.scanner.scan_worktree(configuration)


def _written(
    scan: "Scan", configuration: "Configuration", form: str, local: "Local", commit: str | None
) -> str:
    if form == "json":
        from bot.cli.shapes import scan_json

        return scan_json(scan)
    if form == "sarif":
        from bot.cli.sarif import scan_sarif

        return scan_sarif(scan, configuration)
    if form == "github":
        from bot.cli.workflow import scan_workflow

        return scan_workflow(scan)
    from bot.cli.scan_text import scan_text
    from bot.cli.sources import lines_of
    from bot.cli.terminal import Palette

    lines = lines_of(scan.violations, local, commit)
    return scan_text(scan, configuration, lines, Palette.of_output())


def _fails(scan: "Scan", fail_on: str | None) -> bool:
    return any(
        rule.count and (fail_on == _ANY or rule.severity <= fail_on)
        for migration in scan.migrations
        for rule in migration.rules
        if fail_on is not None
    )
