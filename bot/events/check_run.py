from bot.events.payload import Part, RepositoryPayload, Sha

ACTIONS = frozenset({"rerequested"})


class _CheckRun(Part):
    head_sha: Sha
    external_id: str | None


class CheckRunRerequested(RepositoryPayload):
    """Somebody pressed "Re-run" on Canon's check."""

    action: str
    check_run: _CheckRun
