"""`canon config`: look at the configuration itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.configuration import configuration_files, configuration_options

if TYPE_CHECKING:
    from bot.domain.configuration import Configuration
    from bot.domain.errors import ConfigurationProblem

_INVALID = 2


@click.group("config")
def command() -> None:
    """Check the configuration, or print its JSON Schema."""


@command.command()
@configuration_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def check(repo: Path, rev: str | None, worktree: bool, config: Path | None, form: str) -> None:
    """Validate the configuration: every problem with its place.

    Looks at the working directory, or at HEAD in a bare repository, unless told otherwise. Exits
    with 2 when something is wrong.
    """
    from bot.config import digest, load
    from bot.domain.errors import ConfigurationInvalidError

    files = configuration_files(repo, rev=rev, worktree=worktree, config=config)
    try:
        configuration = load(files)
    except ConfigurationInvalidError as error:
        problems = error.problems
        click.echo(_json(digest(files), files, (), problems) if form == "json" else _told(problems))
        raise click.exceptions.Exit(_INVALID) from None
    summary = _json(configuration.digest, files, _summaries(configuration), ())
    click.echo(summary if form == "json" else _summary(configuration))


@command.command()
@click.option("--migration", is_flag=True, help="The schema of a migration's own file.")
def schema(migration: bool) -> None:
    """Print the JSON Schema of canon.yml, for editors that complete and check it."""
    from bot.config import json_schema

    found = json_schema()
    if migration:
        dialect, parts = found["$schema"], found["$defs"]
        found = {"$schema": dialect, **parts["MigrationFile"], "$defs": parts}
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _told(problems: "Sequence[ConfigurationProblem]") -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
    return "\n".join([*map(str, problems), count])


def _summary(configuration: "Configuration") -> str:
    migrations = [
        f"  #{each['issue']} {each['title']}: {each['phase']}, {each['rules']} "
        + ("rule" if each["rules"] == 1 else "rules")
        for each in _summaries(configuration)
    ]
    where = ", ".join(configuration.sources)
    return "\n".join([f"{where}: fine (digest {configuration.digest[:12]})", *migrations])


def _summaries(configuration: "Configuration") -> Sequence[Mapping[str, Any]]:
    return [
        {
            "issue": each.issue,
            "title": each.title,
            "phase": each.phase.value,
            "rules": len(each.rules),
        }
        for each in configuration.migrations
    ]


def _json(
    digest: str,
    files: Mapping[str, bytes],
    migrations: Sequence[Mapping[str, Any]],
    problems: "Sequence[ConfigurationProblem]",
) -> str:
    answer = {
        "version": 1,
        "valid": not problems,
        "config_digest": digest,
        "files": sorted(files),
        "migrations": migrations,
        "problems": [asdict(problem) for problem in problems],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False)
