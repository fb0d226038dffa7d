"""`canon test`: test categories of one commit, run in the sandbox and judged by phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli import options
from bot.domain.errors import InputError
from bot.domain.phase import Phase

if TYPE_CHECKING:
    from bot.domain.configuration import Configuration, Migration
    from bot.domain.suite import Category
    from bot.domain.testing import CategoryResult

_FOUND: Final = 1
_COULD_NOT_CHECK: Final = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """The categories to run, each with its migration, in one phase."""

    phase: Phase
    categories: "Sequence[tuple[Migration, Category]]"


@click.command("test")
@options.repo
@click.option("--rev", metavar="REV", default="HEAD", help="Test this commit; default: HEAD.")
@options.config
@options.migration
@click.option(
    "--category", "names", multiple=True, metavar="C", help="Only this category; may be repeated."
)
@click.option(
    "--phase",
    type=click.Choice([phase.value for phase in Phase]),
    help="Judge as in this phase; default: its own.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@options.quiet
def command(
    repo: Path,
    rev: str,
    config: Path | None,
    migration: int | None,
    names: tuple[str, ...],
    phase: str | None,
    form: str,
    quiet: bool,
) -> None:
    """Run test categories in the sandbox and judge them by phase.

    What is tested is a commit, not the working directory. Exits with 1 where a test is not as the
    phase expects it, and with 3 where it could not be checked.
    """
    from bot.cli.local import open_local
    from bot.cli.running import run_categories

    with open_local(repo, cached=True) as local:
        commit = local.commits.resolve(rev)
        configuration = options.configuration_of(local, commit, config)
        options.require(configuration, migration)
        chosen = _chosen(configuration, migration, names, phase)
        results = run_categories(local, commit, chosen.phase, chosen.categories, quiet=quiet)
    click.echo(_written(commit, chosen.phase, results, form))
    if status := _status(results):
        raise click.exceptions.Exit(status)


def _chosen(
    configuration: "Configuration",
    migration: int | None,
    names: Sequence[str],
    phase: str | None,
) -> Chosen:
    """Raises `InputError` where nothing fits, or more than one phase would be meant."""
    migrations = [
        one for one in configuration.migrations if one.tests and migration in {None, one.issue}
    ]
    known = {category.name for one in migrations for category in one.tests}
    if unknown := [name for name in names if name not in known]:
        listed = ", ".join(sorted(known)) or "none"
        raise InputError(f"no test category is called {unknown[0]!r}; there are: {listed}")
    wanted = [one for one in migrations if not names or _has_one(one.tests, names)]
    phases = {one.phase for one in wanted}
    if phase is None and len(phases) > 1:
        which = ", ".join(f"{one.issue} ({one.phase})" for one in wanted)
        raise InputError(f"migrations in several phases have tests; name one: --migration {which}")
    categories = [
        (one, category)
        for one in wanted
        for category in one.tests
        if not names or category.name in names
    ]
    if not categories:
        raise InputError("the configuration has no test categories: add them under `tests:`")
    return Chosen(Phase(phase) if phase else phases.pop(), categories)


def _has_one(categories: "Sequence[Category]", names: Sequence[str]) -> bool:
    """Whether one of the categories has one of the names."""
    return any(category.name in names for category in categories)


def _written(commit: str, phase: Phase, results: "Sequence[CategoryResult]", form: str) -> str:
    if form == "json":
        from bot.cli.testing_json import results_json

        return results_json(commit, phase, results)
    from bot.cli.terminal import Palette
    from bot.cli.testing_text import results_text

    return results_text(commit, phase, results, Palette.of_output())


def _status(results: "Sequence[CategoryResult]") -> int:
    from bot.domain.testing import CategoryOutcome

    outcomes = {result.outcome for result in results}
    if CategoryOutcome.FINDING in outcomes:
        return _FOUND
    return _COULD_NOT_CHECK if CategoryOutcome.COULD_NOT_CHECK in outcomes else 0
