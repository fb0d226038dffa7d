from bot.events.payload import Many, Part, PullRequestNumber, RepositoryPayload, Sha

ACTIONS = frozenset({"rerequested"})


class _CheckSuite(Part):
    head_sha: Sha
    pull_requests: Many[PullRequestNumber] = ()


class CheckSuiteRerequested(RepositoryPayload):
    """Somebody pressed "Re-run all checks"."""

    action: str
    check_suite: _CheckSuite
