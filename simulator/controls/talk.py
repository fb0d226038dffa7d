from simulator.activity import checks, issues
from simulator.controls.base import Controls, locked
from simulator.model import CheckRun, CheckSuite, Comment, Issue, PullRequest, Repository


class TalkControls(Controls):
    """Issues, comments, and the buttons on checks."""

    @locked
    def open_issue(
        self, repo: Repository, title: str, body: str | None = None, *, by: str | None = None
    ) -> Issue:
        """Open an issue."""
        author = self.doer(repo, by)
        return issues.open_issue(self.world, repo, author, title, body)

    @locked
    def close_issue(self, issue: Issue, *, by: str | None = None) -> None:
        """Close an issue as done."""
        issues.edit(self.world, issue, self.doer(issue.repository, by), {"state": "closed"})

    @locked
    def comment(self, on: PullRequest | Issue, body: str, *, by: str | None = None) -> Comment:
        """Comment on an issue or a pull request."""
        issue = on.issue if isinstance(on, PullRequest) else on
        author = self.doer(issue.repository, by)
        return issues.comment(self.world, issue, author, body)

    @locked
    def edit_comment(self, comment: Comment, body: str, *, by: str | None = None) -> None:
        """Change a comment."""
        sender = comment.user if by is None else self.world.user(by)
        issues.edit_comment(self.world, comment, sender, body)

    @locked
    def delete_comment(self, comment: Comment, *, by: str | None = None) -> None:
        """Delete a comment."""
        sender = comment.user if by is None else self.world.user(by)
        issues.delete_comment(self.world, comment, sender)

    @locked
    def rerequest(self, check: CheckRun | CheckSuite, *, by: str | None = None) -> None:
        """Press "Re-run" on a check, or "Re-run all" on a suite."""
        sender = self.doer(check.repository, by)
        if isinstance(check, CheckRun):
            checks.rerequest(self.world, check, sender)
        else:
            checks.rerequest_suite(self.world, check, sender)

    @locked
    def request_action(self, check: CheckRun, identifier: str, *, by: str | None = None) -> None:
        """Press a button that the App put on its check."""
        sender = self.doer(check.repository, by)
        checks.request_action(self.world, check, identifier, sender)
