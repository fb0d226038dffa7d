"""What a report was made from, and how to get the same answer at the keyboard."""

from bot.reports.context import ReportContext
from bot.reports.views import Reference, Stamp

_DIGITS = 12
_WHOLE = 40


def stamp(context: ReportContext) -> Stamp:
    """The freshness line: commits, configuration, version, time."""
    return Stamp(
        base=_commit(context.base, context),
        merge_base=_commit(context.merge_base, context) if context.merge_base else None,
        head=_commit(context.head, context),
        configuration=_configuration(context),
        version=context.version,
        at=f"{context.at:%Y-%m-%d %H:%M} UTC",
    )


def command(context: ReportContext) -> str:
    """What to type in a clone of which the head is checked out."""
    return f"canon check --base {short(context.base)}"


def short(sha: str) -> str:
    """The first digits of a commit or digest: enough to find it, few enough to read."""
    return sha[:_DIGITS]


def _configuration(context: ReportContext) -> Reference | None:
    if context.config_digest is None:
        return None
    files = context.config_paths
    url = context.blob(files[0], 1, commit=context.base) if files else None
    return Reference(short=short(context.config_digest), url=url)


def _commit(sha: str, context: ReportContext) -> Reference:
    kept = short(sha) + sha[_WHOLE:]  # "+worktree" stays
    return Reference(short=kept, url=context.commit(sha))
