"""`canon report`: one report on a migration, from what a clone alone can tell."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import options
from bot.domain.report import ReportKind
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.configuration import Configuration
    from bot.domain.evidence import MigrationEvidence
    from bot.reports.context import ReportContext
    from bot.reports.report import Layout


@click.command("report")
@click.argument("kind", type=click.Choice([kind.value for kind in ReportKind]), metavar="KIND")
@options.repo
@click.option("--rev", metavar="REV", help="Report on this commit; default: HEAD.")
@click.option("--base", metavar="REV", help="For `pr`: the branch it would be merged into.")
@options.config
@options.migration
@click.option(
    "--tests",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Results of this commit, as `canon test --format json` writes them.",
)
@click.option(
    "--history/--no-history",
    default=True,
    show_default=True,
    help="Scan one commit a week, of the last eight, for the burn-down.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "json"]),
    default="markdown",
    show_default=True,
)
@options.cached
@options.quiet
@click.pass_context
def command(
    context: click.Context,
    kind: str,
    repo: Path,
    rev: str | None,
    base: str | None,
    config: Path | None,
    migration: int | None,
    tests: Path | None,
    history: bool,
    form: str,
    cached: bool,
    quiet: bool,
) -> None:
    """Write a report on a migration.

    KIND is results, violations, plan, strategy, execution, status, executive or pr. Nothing of
    the repository is run. What only the service knows says that it was not measured. --migration
    may be left out where there is only one.
    """
    if kind == ReportKind.PR:
        _pull_request(context, base, rev, form)
        return
    from bot.cli.evidence import gather
    from bot.cli.local import open_local
    from bot.cli.terminal import progress
    from bot.reports.report import Form, render_report

    if base is not None:
        raise click.UsageError("--base is for the kind pr.")
    with open_local(repo, cached=cached) as local:
        commit = local.commits.resolve(rev or "HEAD")
        configuration = options.configuration_of(local, commit, config)
        about = options.one_migration(configuration, migration)
        with progress("measuring", quiet=quiet):
            found = gather(local, configuration, about, commit, tests=tests, history=history)
        made = _context(local, configuration, found)
        layout = _layout(local, kind, commit)
    text = render_report(ReportKind(kind), found, made, Form(form), layout=layout)
    click.echo(text, nl=form == Form.JSON)


def _pull_request(context: click.Context, base: str | None, rev: str | None, form: str) -> None:
    """The comment is what `canon check` prints."""
    from bot.cli import check

    if base is None:
        raise click.UsageError("the kind pr compares: name the branch with --base REV.")
    if form != "markdown":
        raise click.UsageError("the kind pr is written as Markdown only.")
    given = context.params
    context.invoke(
        check.command,
        base=base,
        head=rev,
        repo=given["repo"],
        config=given["config"],
        migration=given["migration"],
        cached=given["cached"],
        quiet=given["quiet"],
    )


def _context(
    local: "Local", configuration: "Configuration", found: "MigrationEvidence"
) -> "ReportContext":
    from datetime import UTC, datetime

    from bot.cli.origin import origin_of
    from bot.reports.context import ReportContext

    origin = origin_of(local.clone.git_dir)
    commit = found.scan.commit
    return ReportContext(
        repository=origin.repository
        if origin
        else (local.clone.directory or local.clone.git_dir).name,
        web_url=origin.web_url if origin else None,
        subject="this commit",
        base=commit,
        head=commit,
        merge_base=None,
        config_digest=configuration.digest,
        config_paths=configuration.sources,
        version=VERSION,
        at=datetime.now(UTC),
    )


def _layout(local: "Local", kind: str, commit: str) -> "Layout | None":
    """The repository's own template for this kind, at the commit."""
    from bot.handlers.commits import template_at

    source = template_at(local.commits, commit, kind)
    if source is None:
        return None
    from bot.adapters.layouts import SandboxedLayouts
    from bot.reports.report import Layout

    return Layout(source, SandboxedLayouts())
