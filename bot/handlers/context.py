from collections.abc import Mapping

from bot.domain.work import Target, TargetKind
from bot.handlers.services import Services
from bot.ports.store import Run
from bot.reports.pull_request import ReportContext
from bot.version import VERSION


def report_context(
    services: Services, target: Target, run: Run, configuration: Mapping[str, bytes] | None = None
) -> ReportContext:
    """What a report of this run is about, as far as the run has come."""
    return ReportContext(
        repository=target.repository.full_name,
        web_url=services.github_url,
        subject=_in_words(target),
        base=run.base_sha or run.head_sha,
        head=run.head_sha,
        merge_base=run.merge_base,
        config_digest=run.config_digest,
        config_paths=tuple(configuration or ()),
        version=VERSION,
        at=run.started_at,
        check_name=services.check_name,
    )


def _in_words(target: Target) -> str:
    match target.kind:
        case TargetKind.PULL_REQUEST:
            return f"pull request {target.name}"
        case TargetKind.MERGE_GROUP:
            return f"merge group {target.name.removeprefix('refs/heads/')}"
        case _:
            return f"branch {target.name}"
