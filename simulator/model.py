"""What a GitHub remembers: plain mutable records, linked to each other."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.git import BareRepository
    from simulator.workflows import Artifact, Workflow, WorkflowRun

Json = dict[str, Any]

READ, WRITE, ADMIN = "read", "write", "admin"

# To comment, react, open an issue or a pull request: what every reader may, and an App only with
# `write`.
TALK = "talk"

_LEVELS = {None: 0, READ: 1, "triage": 1, WRITE: 2, "maintain": 2, ADMIN: 3}


def now() -> datetime:
    """The time in whole seconds, UTC, as GitHub keeps it."""
    return datetime.now(UTC).replace(microsecond=0)


def suffices(given: str | None, wanted: str) -> bool:
    """Whether a permission or role level covers the wanted one; None is no permission."""
    return _LEVELS[given] >= _LEVELS[wanted]


@dataclass(frozen=True, slots=True)
class RefChange:
    """One moved ref; None before it was made, None after it was deleted."""

    ref: str
    before: str | None
    after: str | None

    @property
    def branch(self) -> str | None:
        """The branch's name; None for a tag."""
        prefix = "refs/heads/"
        return self.ref.removeprefix(prefix) if self.ref.startswith(prefix) else None


class Record:
    """What all records share: identity by being the same object, and a short name in messages."""

    __slots__ = ()

    def __repr__(self) -> str:
        known = ("full_name", "login", "slug", "number", "name", "context", "head_ref", "id")
        word = next((getattr(self, name) for name in known if hasattr(self, name)), "")
        return f"<{type(self).__name__} {word}>"


@dataclass(slots=True, eq=False, repr=False)
class User(Record):
    """An account. `type` is User, Organization or Bot."""

    id: int
    login: str
    type: str = "User"
    created_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class Hook(Record):
    """Where webhooks go, and what they are signed with."""

    id: int
    url: str | None
    secret: str
    events: list[str]
    active: bool = True
    created_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class App(Record):
    """A GitHub App. `private_key` is PEM; GitHub itself keeps only the public half."""

    id: int
    slug: str
    name: str
    owner: User
    bot: User
    client_id: str
    private_key: str
    public_key: str
    permissions: dict[str, str]
    hook: Hook
    created_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class Installation(Record):
    """An App on an account. `selected` holds repository ids; None stands for all of them."""

    id: int
    app: App
    account: User
    permissions: dict[str, str]
    selected: set[int] | None
    suspended_at: datetime | None = None
    suspended_by: User | None = None
    created_at: datetime = field(default_factory=now)

    def covers(self, repository: "Repository") -> bool:
        """Whether the repository belongs to the account and was chosen."""
        return repository.owner is self.account and (
            self.selected is None or repository.id in self.selected
        )


@dataclass(slots=True, eq=False, repr=False)
class Token(Record):
    """A credential. A classic token has neither `permissions` nor `repository_ids`."""

    value: str
    user: User
    installation: Installation | None = None
    permissions: dict[str, str] | None = None
    repository_ids: frozenset[int] | None = None
    expires_at: datetime | None = None
    revoked: bool = False
    requests: int = 0
    window_ends: datetime = field(default_factory=now)

    @property
    def valid(self) -> bool:
        """False once expired or revoked."""
        return not self.revoked and (self.expires_at is None or now() < self.expires_at)


@dataclass(slots=True, eq=False, repr=False)
class Protection(Record):
    """What a protected branch asks for. `app_id` None takes the check from anybody."""

    required: list[str]
    strict: bool = False
    app_id: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class Reaction(Record):
    """An emoji of somebody on a comment or an issue."""

    id: int
    user: User
    content: str
    created_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class Comment(Record):
    """A comment on an issue or a pull request."""

    id: int
    issue: "Issue"
    user: User
    body: str
    app: App | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class Label(Record):
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class Issue(Record):
    """An issue, or what a pull request has in common with one (`pull` is set then)."""

    id: int
    repository: "Repository"
    number: int
    title: str
    body: str | None
    user: User
    state: str = "open"
    state_reason: str | None = None
    labels: list[Label] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    pull: "PullRequest | None" = None
    closed_at: datetime | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class PullRequest(Record):
    """A pull request.

    `head_ref` and `base_ref` are branch names; `base_sha` is the base when the head last changed,
    as GitHub reports it. `head_repository` is None when the fork is gone.
    """

    id: int
    issue: Issue
    head_repository: "Repository | None"
    head_owner: User
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_commit_sha: str | None = None
    merge_of: tuple[str, str] | None = None  # (base, head) that refs/pull/N/merge was made from

    @property
    def repository(self) -> "Repository":
        """The repository it wants to change."""
        return self.issue.repository

    @property
    def number(self) -> int:
        """Its number, shared with issues."""
        return self.issue.number

    @property
    def open(self) -> bool:
        """Whether it is neither closed nor merged."""
        return self.issue.state == "open"


@dataclass(slots=True, eq=False, repr=False)
class CheckSuite(Record):
    """The check runs of one App on one commit."""

    id: int
    app: App
    repository: "Repository"
    head_sha: str
    head_branch: str | None
    before: str | None
    runs: list["CheckRun"] = field(default_factory=list)
    requeued: bool = False  # rerequested, and nothing reported since
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class CheckRun(Record):
    """A check run with everything that was ever sent for it. Annotations are only ever appended."""

    id: int
    suite: CheckSuite
    name: str
    head_sha: str
    status: str = "queued"
    conclusion: str | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    started_at: datetime | None = None
    completed_at: datetime | None = None
    updates: int = 0

    @property
    def app(self) -> App:
        """The App that made it."""
        return self.suite.app

    @property
    def repository(self) -> "Repository":
        """Where it stands."""
        return self.suite.repository


@dataclass(slots=True, eq=False, repr=False)
class Status(Record):
    """A commit status; the newest of a context counts."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: User
    created_at: datetime = field(default_factory=now)


@dataclass(slots=True, eq=False, repr=False)
class MergeGroup(Record):
    """A merge-queue entry: a branch under gh-readonly-queue/ with the merged result."""

    repository: "Repository"
    pull: PullRequest
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str


@dataclass(slots=True, eq=False, repr=False)
class Repository(Record):
    """A repository and all that hangs on it. `seen` is its refs as last announced."""

    id: int
    owner: User
    name: str
    private: bool
    default_branch: str
    git: "BareRepository"
    parent: "Repository | None" = None
    collaborators: dict[str, str] = field(default_factory=dict)
    protections: dict[str, Protection] = field(default_factory=dict)
    hooks: list[Hook] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    suites: dict[int, CheckSuite] = field(default_factory=dict)
    runs: dict[int, CheckRun] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    merge_groups: list[MergeGroup] = field(default_factory=list)
    workflows: dict[str, "Workflow"] = field(default_factory=dict)
    workflow_runs: dict[int, "WorkflowRun"] = field(default_factory=dict)
    artifacts: dict[int, "Artifact"] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    created_at: datetime = field(default_factory=now)
    pushed_at: datetime = field(default_factory=now)

    @property
    def full_name(self) -> str:
        """The "owner/name" it is asked for by."""
        return f"{self.owner.login}/{self.name}"

    def head(self, branch: str) -> str | None:
        """The commit of a branch as last announced; None where there is none."""
        return self.seen.get(f"refs/heads/{branch}")

    def branch_at(self, sha: str) -> str | None:
        """A branch whose head the commit is."""
        prefix = "refs/heads/"
        found = (ref for ref, at in self.seen.items() if at == sha and ref.startswith(prefix))
        ref = next(found, None)
        return None if ref is None else ref.removeprefix(prefix)

    def role_of(self, user: User) -> str | None:
        """The user's role: admin for the owner, what was granted otherwise, None for strangers."""
        return ADMIN if user is self.owner else self.collaborators.get(user.login)
