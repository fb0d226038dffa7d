"""`canon config`: look at the configuration itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import config_init, options

if TYPE_CHECKING:
    from bot.domain.configuration import Configuration
    from bot.domain.errors import ConfigurationProblem

_INVALID = 2


@click.group("config")
def command() -> None:
    """Check the configuration, or write a first one."""


@command.command()
@options.repo
@click.option("--rev", metavar="REV", help="Look at this commit.")
@click.option("--worktree", is_flag=True, help="Look at the working directory.")
@options.config
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

    files = _files(repo, rev, config, worktree=worktree)
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
    """Print the JSON Schema of canon.yml, for editors."""
    from bot.config import json_schema

    found = json_schema()
    if migration:
        dialect, parts = found["$schema"], found["$defs"]
        found = {"$schema": dialect, **parts["MigrationFile"], "$defs": parts}
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


command.add_command(config_init.command)


def _files(
    repo: Path, rev: str | None, config: Path | None, *, worktree: bool
) -> Mapping[str, bytes]:
    from bot.cli.configuration import configuration_in
    from bot.cli.local import clone_around, find_clone

    if rev is not None and worktree:
        raise click.UsageError("--rev and --worktree exclude each other.")
    if config is not None:
        return {str(config): config.read_bytes()}
    clone = clone_around(repo)
    directory = repo if clone is None else clone.directory
    if worktree and directory is None:
        raise click.UsageError(f"{repo} is a bare repository: it has no working directory.")
    if rev is None and directory is not None:
        return configuration_in(directory)
    return _at_commit(find_clone(repo).git_dir, rev or "HEAD")


def _at_commit(git_dir: Path, revision: str) -> Mapping[str, bytes]:
    from bot.adapters.git.commits import GitCommits
    from bot.handlers.commits import configuration_at

    commits = GitCommits(git_dir)
    return configuration_at(commits, commits.resolve(revision))


def _told(problems: "Sequence[ConfigurationProblem]") -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
    return "\n".join([*map(str, problems), count])


def _summary(configuration: "Configuration") -> str:
    from bot.reports.plain import visible

    migrations = [
        f"  #{each['issue']} {visible(each['title'])}: {each['phase']}, {each['rules']} "
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
