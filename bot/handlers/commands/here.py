"""Where a command was given, as far as its effect needs to know; found out once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from bot import config
from bot.domain.configuration import Configuration, Migration
from bot.domain.conversation import Comment
from bot.domain.errors import CouldNotCheckError, InputError
from bot.domain.repository import PullRequest, RepositoryRef
from bot.domain.role import Role
from bot.domain.scan import Scan
from bot.domain.work import Target, TargetKind, Work
from bot.handlers.checkpoint import Deadline
from bot.handlers.commits import configuration_at
from bot.handlers.evidence import Snapshot
from bot.handlers.scanning import waived_scanner
from bot.handlers.services import Services
from bot.ports.git import Commits
from bot.ports.github import RepositoryAccess
from bot.ports.scanner import Scanner
from bot.reports.context import ReportContext
from bot.version import VERSION

_NOT_FOR_COMMENTS: Final = "the check of the pull request runs it, and comments do not"


@dataclass(frozen=True, slots=True)
class Tip:
    """A branch, and the commit that it points to."""

    branch: str
    sha: str


class Here:
    """The conversation, and the repository around it.

    The configuration is read where a pull request's gate is: at the tip of its base. In an issue
    that is the default branch.
    """

    def __init__(
        self,
        services: Services,
        access: RepositoryAccess,
        target: Target,
        comment: Comment,
        received_at: datetime,
    ) -> None:
        self.services = services
        self.access = access
        self.repository: RepositoryRef = target.repository
        self.key = target.key
        self.comment = comment
        self.received_at = received_at

    @cached_property
    def role(self) -> Role:
        """What the author of the comment may do here now."""
        return self.access.github.role(self.comment.author, self.comment.author_id)

    @property
    def wrote_pull_request(self) -> bool:
        """Whether the author of the comment is that of the conversation."""
        return self.comment.author_id == self.comment.opened_by

    @property
    def url(self) -> str:
        """The address of the comment."""
        kind = "pull" if self.comment.on_pull_request else "issues"
        where = f"{self.services.github_url.rstrip('/')}/{self.repository.full_name}"
        return f"{where}/{kind}/{self.comment.number}#issuecomment-{self.comment.id}"

    @cached_property
    def pull(self) -> PullRequest | None:
        """The pull request that is commented on, as it is now; None for an issue."""
        if not self.comment.on_pull_request:
            return None
        pull = self.access.github.pull_request(self.comment.number)
        if pull is None:
            raise CouldNotCheckError("GitHub does not show this pull request")
        return pull

    @cached_property
    def base(self) -> Tip:
        """The branch whose configuration counts here."""
        github = self.access.github
        branch = self.pull.base_ref if self.pull else github.default_branch()
        sha = github.branch_head(branch)
        if sha is None:
            raise CouldNotCheckError(f"the branch {branch} is gone")
        return Tip(branch, sha)

    @property
    def head(self) -> str:
        """The commit that is looked at: the pull request's head, or the default branch's."""
        return self.pull.head_sha if self.pull else self.base.sha

    @property
    def target(self) -> Target:
        """What has a verdict here: the pull request, or the default branch."""
        if self.pull:
            return Target(self.repository, TargetKind.PULL_REQUEST, str(self.pull.number))
        return Target(self.repository, TargetKind.BRANCH, self.base.branch)

    def again(self, reason: str) -> Work:
        """The wish to evaluate it anew."""
        return Work(
            target=self.target,
            reason=reason,
            head_sha=self.head,
            base_ref=self.base.branch,
            force=True,
        )

    @cached_property
    def git_dir(self) -> Path:
        """The mirror, with base and head in it."""
        refs = [f"refs/heads/{self.base.branch}"]
        refs += [f"refs/pull/{self.pull.number}/head"] if self.pull else []
        mirror = self.services.mirrors.update(
            self.repository,
            refs,
            credentials=self.access.credentials,
            cancellation=self.deadline,
        )
        return mirror.git_dir

    @property
    def deadline(self) -> Deadline:
        """How long what is done here may take."""
        clock = self.services.clock
        return Deadline(clock, clock.now() + self.services.deadline)

    @property
    def commits(self) -> Commits:
        """Questions about commits of the mirror."""
        return self.services.commits(self.git_dir)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The configuration's files at the base."""
        return configuration_at(self.commits, self.base.sha)

    @cached_property
    def configuration(self) -> Configuration:
        """The configuration at the base; raises `InputError` where it is missing or wrong."""
        return config.load(self.files)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The base with its configuration, for reports."""
        return Snapshot(
            repository=self.repository,
            git_dir=self.git_dir,
            branch=self.base.branch,
            commit=self.base.sha,
            configuration=self.configuration,
            files=self.files,
        )

    def migration(self, named: int | None) -> Migration:
        """The migration that is meant: named, that of this issue, or the only one.

        Raises `InputError` where that is none, or not clear.
        """
        migrations = self.configuration.migrations
        wanted = named if named is not None else self.comment.number
        found = [one for one in migrations if one.issue == wanted]
        if not found and named is None and len(migrations) == 1:
            found = list(migrations)
        if found:
            return found[0]
        issues = ", ".join(str(one.issue) for one in migrations) or "none"
        if named is not None:
            raise InputError(f"there is no migration {named} in the configuration; it has {issues}")
        raise InputError(f"name one migration with --migration N; the configuration has {issues}")

    @contextmanager
    def scanner(self) -> Iterator[Scanner]:
        """The mirror's scanner; what is run for a pull request is run by its check alone."""
        refusal = _NOT_FOR_COMMENTS if self.pull else None
        with waived_scanner(
            self.services, self.repository, self.git_dir, refusal=refusal
        ) as scanner:
            yield scanner

    @cached_property
    def scan(self) -> Scan:
        """What is found at the head."""
        with self.scanner() as scanner:
            return scanner.scan(self.configuration, self.head, cancellation=self.deadline)

    def context(self, commit: str) -> ReportContext:
        """What a report about a commit of this conversation is about."""
        pull = self.pull
        return ReportContext(
            repository=self.repository.full_name,
            web_url=self.services.github_url,
            subject=f"pull request {pull.number}" if pull else f"branch {self.base.branch}",
            base=self.base.sha,
            head=commit,
            merge_base=None,
            config_digest=config.digest(self.files),
            config_paths=tuple(sorted(self.files)),
            version=VERSION,
            at=self.received_at,
            check_name=self.services.check_name,
        )

    def concerned(self, reason: str) -> Sequence[Work]:
        """Every open pull request that has a verdict, and what this conversation is about."""
        targets = {one.key: one for one in self.services.runs.judged(self.repository.id)}
        others = [
            Work(target=target, reason=reason, force=True)
            for key, target in targets.items()
            if key != self.target.key
        ]
        return [self.again(reason), *others]
