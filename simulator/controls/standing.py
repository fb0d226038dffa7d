from simulator.controls.base import Controls, locked
from simulator.model import CheckRun, Comment, Issue, PullRequest, Repository, Status
from simulator.payloads.checks import latest


class StandingControls(Controls):
    """What stands: checks, statuses and comments."""

    @locked
    def checks(
        self, repo: Repository, sha: str, *, name: str | None = None, every: bool = False
    ) -> list[CheckRun]:
        """Check runs on a commit, oldest first; the newest of each name unless `every`."""
        runs = [run for run in repo.runs.values() if run.head_sha == sha]
        chosen = runs if every else latest(runs)
        return [run for run in chosen if name in (None, run.name)]

    @locked
    def statuses(self, repo: Repository, sha: str, *, context: str | None = None) -> list[Status]:
        """Commit statuses of a commit, oldest first; the last of a context counts."""
        return [it for it in repo.statuses if it.sha == sha and context in (None, it.context)]

    @locked
    def comments(self, on: PullRequest | Issue, *, by: str | None = None) -> list[Comment]:
        """Comments on an issue or a pull request, oldest first; of one author if named."""
        issue = on.issue if isinstance(on, PullRequest) else on
        return [it for it in issue.comments if by in (None, it.user.login)]
