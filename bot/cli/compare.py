"""`canon compare`: the ratchet between two commits."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli import options
from bot.domain.verdict import Outcome

if TYPE_CHECKING:
    from bot.cli.local import Local
    from bot.domain.comparison import Comparison

STATUS: Final = {Outcome.PASS: 0, Outcome.NEUTRAL: 0, Outcome.FAIL: 1, Outcome.ERROR: 3}
"""Exit status of a verdict."""


@click.command("compare")
@click.option("--base", metavar="REV", required=True, help="What is compared with.")
@click.option("--head", metavar="REV", default="HEAD", show_default=True, help="What is judged.")
@click.option(
    "--merge-base/--no-merge-base",
    "from_merge_base",
    default=True,
    show_default=True,
    help="Compare with where the two parted, or with the base as it is.",
)
@options.repo
@options.config
@options.migration
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@options.cached
@options.quiet
def command(
    base: str,
    head: str,
    from_merge_base: bool,
    repo: Path,
    config: Path | None,
    migration: int | None,
    form: str,
    cached: bool,
    quiet: bool,
) -> None:
    """Say what a change adds and removes.

    Compares the violations of two commits under the base's configuration, as for a pull request,
    and says what the gate makes of it. Exits with 1 when the gate fails.
    """
    from bot.cli.comparing import compare_ends, ends_of
    from bot.cli.local import open_local
    from bot.cli.terminal import progress

    with open_local(repo, cached=cached, compares=True) as local:
        ends = ends_of(local, base, head, from_merge_base=from_merge_base)
        configuration = options.configuration_of(local, ends.base, config)
        options.require(configuration, migration)
        with progress("comparing", quiet=quiet):
            whole, _ = compare_ends(local, ends, configuration)
        comparison = options.comparison_of(whole, migration)
        click.echo(_written(comparison, form, local, ends.head))
    raise click.exceptions.Exit(STATUS[comparison.verdict])


def _written(comparison: "Comparison", form: str, local: "Local", head: str | None) -> str:
    if form == "json":
        from bot.cli.shapes import comparison_json

        return comparison_json(comparison)
    from bot.cli.compare_text import comparison_text
    from bot.cli.sources import lines_of
    from bot.cli.terminal import Palette

    new = [v for one in comparison.migrations for v in (*one.added, *one.unwaived)]
    return comparison_text(comparison, lines_of(new, local, head), Palette.of_output())
