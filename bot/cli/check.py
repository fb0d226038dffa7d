"""`canon check`: what a pull request would be told, before it is one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import options
from bot.cli.compare import STATUS
from bot.cli.comparing import Ends, compare_ends, ends_of, scan_head
from bot.domain.errors import ConfigurationInvalidError
from bot.domain.publication import Conclusion
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.configuration import Configuration
    from bot.domain.publication import Publication
    from bot.domain.tested import TestVerdict
    from bot.reports.pull_request import ConfigurationChange, ReportContext


@click.command("check")
@click.option("--base", metavar="REV", required=True, help="The branch it would be merged into.")
@click.option("--head", metavar="REV", help="What would be merged; default: HEAD.")
@click.option("--worktree", is_flag=True, help="Check the working directory, committed or not.")
@click.option(
    "--tests/--no-tests",
    default=False,
    show_default=True,
    help="Run the test categories too, in the sandbox.",
)
@options.repo
@options.config
@options.migration
@options.cached
@options.quiet
def command(
    base: str,
    head: str | None,
    worktree: bool,
    tests: bool,
    repo: Path,
    config: Path | None,
    migration: int | None,
    cached: bool,
    quiet: bool,
) -> None:
    """Print the comment that Canon would post.

    Looks at a change as at a pull request: under the base's configuration, and with what the
    change would make of that. Exits with 1 when the gate fails.
    """
    from bot.cli.local import open_local

    if head is not None and worktree:
        raise click.UsageError("--head and --worktree exclude each other.")
    if tests and worktree:
        raise click.UsageError("--tests needs a commit: tests are run on what is committed.")
    to_check = None if worktree else head or "HEAD"
    with open_local(repo, cached=cached, compares=True) as local:
        ends = ends_of(local, base, to_check, from_merge_base=True)
        check = _Check(local, ends, config, migration, quiet=quiet)
        made, status = check.made(tests=tests)
    click.echo(made.comment or f"{made.check.title}: nothing to say, so no comment.")
    raise click.exceptions.Exit(status)


class _Check:
    """One change looked at as the service would look at a pull request."""

    def __init__(
        self,
        local: "Local",
        ends: "Ends",
        config: Path | None,
        migration: int | None,
        *,
        quiet: bool,
    ) -> None:
        self._local = local
        self._ends = ends
        self._migration = migration
        self._gate = options.configuration_files(local, ends.base, config)
        self._proposed = self._gate if config else options.configuration_files(local, ends.head)
        self._config = config
        self._quiet = quiet

    def made(self, *, tests: bool) -> "tuple[Publication, int]":
        """What would be published, and the exit status."""
        from bot.cli.terminal import progress
        from bot.reports.pull_request import Tested, publication

        if not self._gate and self._proposed:
            with progress("checking", quiet=self._quiet):
                return self._preview(), 0
        gate = options.configuration_of(self._local, self._ends.base, self._config)
        options.require(gate, self._migration)
        with progress("checking", quiet=self._quiet):
            whole, head = compare_ends(self._local, self._ends, gate)
            change = self._change(gate)
        comparison = options.comparison_of(whole, self._migration)
        verdict = self._tested(gate) if tests else None
        made = publication(
            comparison,
            options.scan_of(head, self._migration),
            self._context(gate, head.commit),
            change,
            Tested(verdict) if verdict else None,
        )
        failed = made.check.conclusion is Conclusion.FAILURE  # also for an invalid proposal
        tested = STATUS[verdict.outcome] if verdict else 0
        return made, max(STATUS[comparison.verdict], tested, int(failed))

    def _tested(self, gate: "Configuration") -> "TestVerdict | None":
        from bot.cli.check_tests import run_tests

        return run_tests(self._local, self._ends, gate, self._migration, quiet=self._quiet)

    def _preview(self) -> "Publication":
        from bot.reports.pull_request import preview

        proposed = self._local.configurations.load(self._proposed)
        head = scan_head(self._local, self._ends, proposed)
        return preview(proposed, head, self._context(proposed, head.commit))

    def _change(self, gate: "Configuration") -> "ConfigurationChange | None":
        from bot.reports.pull_request import InvalidChange, RemovedChange, ValidChange

        if self._gate == self._proposed:
            return None
        if not self._proposed:
            return RemovedChange()
        try:
            after = self._local.configurations.load(self._proposed)
        except ConfigurationInvalidError as error:
            return InvalidChange(error)
        comparison, head = compare_ends(self._local, self._ends, after)
        return ValidChange(before=gate, after=after, comparison=comparison, head=head)

    def _context(self, configuration: "Configuration", head: str) -> "ReportContext":
        from bot.reports.pull_request import ReportContext

        clone = self._local.clone
        return ReportContext(
            repository=(clone.directory or clone.git_dir).name,
            web_url=None,
            subject="this change",
            base=self._ends.base,
            head=head,
            merge_base=self._ends.start,
            config_digest=configuration.digest,
            config_paths=configuration.sources,
            version=VERSION,
            at=datetime.now(UTC),
        )
