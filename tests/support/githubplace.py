"""A repository on a simulated GitHub, with a pull request, and Canon's access to it."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.adapters.github.access import AppAccess, TokenAccess, github_access
from bot.adapters.github.client import Timeouts
from bot.domain.publication import Annotation, AnnotationLevel, CheckOutput, Conclusion
from bot.domain.repository import RepositoryRef
from bot.ports.github import CheckProgress, RepositoryAccess
from simulator import GitHubSimulator
from simulator.model import App, CheckRun, Installation, PullRequest, Repository
from tests.fakes.clock import FakeClock

CONFIGURATION = {".github/canon.yml": "version: 1\n"}
EXTERNAL_ID = "pull_request/1#1"


@dataclass
class Place:
    """Everything a test of the adapter looks at.

    `clock` starts at the real time; `patience` is how long an access waits for an answer (seconds).
    """

    simulator: GitHubSimulator
    app: App
    repository: Repository
    installation: Installation
    pull: PullRequest
    clock: FakeClock = field(default_factory=lambda: FakeClock(datetime.now(UTC)))
    patience: float = 15.0
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def ref(self) -> RepositoryRef:
        return RepositoryRef(self.repository.id, self.repository.full_name, self.installation.id)

    def access(self, **changed: object) -> AppAccess | TokenAccess:
        """A process of its own: nothing is cached yet."""
        settings: dict[str, object] = {
            "api_url": self.simulator.api_url,
            "check_name": "canon",
            "public_url": "https://canon.example",
            "clock": self.clock,
            "app_id": self.app.id,
            "private_key": self.app.private_key,
            "timeouts": Timeouts(read=self.patience),
        }
        access = github_access(**(settings | changed))  # type: ignore[arg-type]
        self.closing.callback(access.close)
        return access

    def open(self) -> RepositoryAccess:
        """As the App, with a token at hand and an empty journal."""
        opened = self.access().open(self.ref)
        opened.credentials.authorization()
        self.simulator.journal.clear()
        return opened

    def open_with_token(self, login: str = "canon-bot") -> RepositoryAccess:
        """As the owner of a fine-grained token, with an empty journal."""
        self.simulator.grant(self.repository, login, "write")
        token = self.simulator.create_token(
            login,
            permissions={"contents": "read", "pull_requests": "write", "statuses": "write"},
            repositories=[self.repository],
        )
        opened = self.access(app_id=None, private_key=None, token=token).open(self.ref)
        self.simulator.journal.clear()
        return opened

    def asked(self) -> list[str]:
        """All requests since the access was opened: "GET /repos/acme/shop/pulls/1"."""
        return [f"{it.method} {it.target}" for it in self.simulator.journal]

    def checks(self) -> list[CheckRun]:
        """Every check run on the pull request's head."""
        return self.simulator.checks(self.repository, self.pull.head_sha, every=True)

    def progress(self, **changed: object) -> CheckProgress:
        """A check that is about to be posted."""
        given = {"head_sha": self.pull.head_sha, "external_id": EXTERNAL_ID}
        return CheckProgress(**(given | changed))  # type: ignore[arg-type]


def failed(annotations: int = 0, **changed: object) -> CheckOutput:
    """A failed check with so many annotations."""
    given = {
        "conclusion": Conclusion.FAILURE,
        "title": "2 violations added",
        "summary": "Two imports of `legacy`.",
        "annotations": tuple(
            Annotation(
                path="b.py",
                start_line=number,
                end_line=number,
                start_column=1,
                end_column=8,
                level=AnnotationLevel.FAILURE,
                title="Legacy import",
                message=f"Number {number}",
            )
            for number in range(1, annotations + 1)
        ),
    }
    return CheckOutput(**(given | changed))  # type: ignore[arg-type]
