"""What `canon compare` and `canon check` do: the service's own steps, on a local clone."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cli.local import Local
    from bot.domain.comparison import Comparison
    from bot.domain.configuration import Configuration
    from bot.domain.hunk import Hunk
    from bot.domain.scan import Scan


class Ends(NamedTuple):
    """What is compared: `start` is the merge base, or the base; `head` None the directory."""

    base: str
    start: str
    head: str | None


def ends_of(local: "Local", base: str, head: str | None, *, from_merge_base: bool) -> Ends:
    """The commits that revisions name; a `head` of None is the working directory."""
    base_commit, head_commit = local.commits.resolve_all([base, head or "HEAD"])
    start = local.commits.merge_base(base_commit, head_commit) if from_merge_base else base_commit
    if start is None:
        raise InputError(
            f"{base} and {head or 'HEAD'} have no ancestor in common:"
            " compare them as they are with --no-merge-base"
        )
    return Ends(base=base_commit, start=start, head=None if head is None else head_commit)


def compare_ends(
    local: "Local", ends: Ends, configuration: "Configuration"
) -> "tuple[Comparison, Scan]":
    """The comparison of both ends under one configuration, and the scan of the head."""
    from bot.decide.difference import unclear
    from bot.decide.ratchet import compare

    base, head, renames = _scans(local, configuration, ends)
    paths = unclear(base, head, renames)
    comparison = compare(
        configuration,
        base,
        head,
        renames,
        merge_base=ends.start,
        base_commit=ends.base,
        head_commit=head.commit,
        today=datetime.now(UTC).date(),
        hunks=_hunks(local, ends, paths) if paths else None,
    )
    return _with_suggestions(local, ends, configuration, comparison), head


def scan_head(local: "Local", ends: Ends, configuration: "Configuration") -> "Scan":
    """The scan of the head alone."""
    if ends.head is not None:
        return local.scanner.scan(configuration, ends.head)
    return local.scanner.scan_worktree(configuration)


def _scans(
    local: "Local", configuration: "Configuration", ends: Ends
) -> "tuple[Scan, Scan, Mapping[str, str]]":
    base, head, renames = local.scanner.pair(configuration, ends.start, ends.head)
    if ends.head is None:
        renames = _renamed_in_directory(local, ends.start)
    return base, head, renames


def _with_suggestions(
    local: "Local", ends: Ends, configuration: "Configuration", comparison: "Comparison"
) -> "Comparison":
    from bot.scanner.suggestible import files_to_suggest_for

    paths = files_to_suggest_for(comparison)
    if not paths:
        return comparison
    from bot.cli.sources import contents
    from bot.scanner.suggestions import with_suggestions

    return with_suggestions(comparison, configuration, dict(contents(local, ends.head, paths)))


def _hunks(local: "Local", ends: Ends, paths: "Sequence[str]") -> "Mapping[str, Sequence[Hunk]]":
    if ends.head is not None:
        return local.commits.hunks(ends.start, ends.head, paths)
    from bot.adapters.git.hunks import hunks

    return hunks(local.clone.git_dir, ends.start, local.directory(), paths)


def _renamed_in_directory(local: "Local", start: str) -> "Mapping[str, str]":
    """Old path -> new path of files renamed since `start`, committed or known to git's index."""
    from bot.adapters.git import command

    found = command.run(
        local.clone.git_dir,
        f"--work-tree={local.directory()}",
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=all",
        "--diff-filter=R",
        "--find-renames",
        "--name-status",
        "-z",
        "--end-of-options",
        start,
        "--",
    )
    fields = command.lines(found)
    return dict(zip(fields[1::3], fields[2::3], strict=True))
