"""What several commands have in common: options, and the configuration they name."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.domain.errors import ConfigurationMissingError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cli.local import Local
    from bot.domain.comparison import Comparison
    from bot.domain.configuration import Configuration, Migration
    from bot.domain.scan import Scan

repo = click.option(
    "--repo",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="A local clone, bare or not; default: the one around the current directory.",
)
config = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read this configuration instead of the repository's own.",
)
migration = click.option(
    "--migration", type=int, metavar="N", help="Only the migration whose tracked issue is N."
)
cached = click.option(
    "--no-cache",
    "cached",
    flag_value=False,
    type=bool,
    default=True,
    help="Neither use nor write what earlier runs found out.",
)
quiet = click.option("--quiet", is_flag=True, help="Show no progress.")


def configuration_of(local: "Local", commit: str | None, config: Path | None) -> "Configuration":
    """The configuration in the file `config`, else at `commit`, else in the working directory.

    Raises `InputError` where there is none, or an invalid one.
    """
    try:
        return local.configurations.load(configuration_files(local, commit, config))
    except ConfigurationMissingError as error:
        where = f"at {commit[:12]}" if commit else "in the working directory"
        raise InputError(
            f"{error} {where}: write one (`canon config init`), or name one with --config FILE"
        ) from error


def configuration_files(
    local: "Local", commit: str | None, config: Path | None = None
) -> "Mapping[str, bytes]":
    """Path -> bytes of the configuration's files; empty where there are none."""
    if config is not None:
        return {str(config): config.read_bytes()}
    if commit is not None:
        from bot.handlers.commits import configuration_at

        return configuration_at(local.commits, commit)
    from bot.cli.configuration import configuration_in

    return configuration_in(local.directory())


def require(configuration: "Configuration", migration: int | None) -> None:
    """Raise `InputError` unless the configuration has this migration; None is any."""
    issues = [one.issue for one in configuration.migrations]
    if migration is not None and migration not in issues:
        listed = ", ".join(map(str, issues)) or "none"
        raise InputError(f"no migration has the tracked issue {migration}; there are: {listed}")


def one_migration(configuration: "Configuration", migration: int | None) -> "Migration":
    """The migration that is meant; the only one there is, where none is named."""
    require(configuration, migration)
    found = [one for one in configuration.migrations if migration in {None, one.issue}]
    if len(found) != 1:
        issues = ", ".join(str(one.issue) for one in found) or "none"
        raise InputError(f"name one migration with --migration N; there are: {issues}")
    return found[0]


def scan_of(scan: "Scan", migration: int | None) -> "Scan":
    """What a scan says of one migration; all of it where none is asked for."""
    if migration is None:
        return scan
    return replace(
        scan,
        migrations=tuple(one for one in scan.migrations if one.issue == migration),
        violations=tuple(one for one in scan.violations if one.migration == migration),
    )


def comparison_of(comparison: "Comparison", migration: int | None) -> "Comparison":
    """What a comparison says of one migration; all of it where none is asked for."""
    if migration is None:
        return comparison
    only = tuple(one for one in comparison.migrations if one.issue == migration)
    return replace(comparison, migrations=only, verdict=only[0].verdict)
