"""One running Canon for many tests, each with a repository of its own, and words to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from simulator import GitHubSimulator
from simulator.model import CheckRun, Comment, Issue, PullRequest, Repository
from tests.support.deployment import Deployment
from tests.support.postgres import migrated_database
from tests.support.simulator import ContractWatch

CANON = "canon[bot]"
ISSUE = 1
CONFIGURATION = f"""\
# What is to go, and what stays.
version: 1
migrations:
  - issue: {ISSUE}
    title: "One way to connect"   # as the team calls it
    phase: migrate
    rules:
      - id: old-import
        kind: banned-import
        modules: [shop.old]
        replacement: shop.new
        message: The old module connects twice
    rollback: [Put the old module back]
"""
FILES: Mapping[str, str] = {
    ".github/canon.yml": CONFIGURATION,
    "shop/__init__.py": "",
    "shop/new.py": "def connect() -> None: ...\n",
    "shop/old.py": "def connect() -> None: ...\n",
    "shop/user.py": "from shop.old import connect\n\nconnect()\n",
}
_numbers = count(1)


@dataclass
class Town:
    """A repository with a tracked issue, people with roles, and Canon, which all tests share."""

    canon: Deployment
    repo: Repository
    issue: Issue
    people: dict[str, str] = field(default_factory=dict)

    @property
    def github(self) -> GitHubSimulator:
        return self.canon.simulator

    def open(self, files: Mapping[str, str | None], branch: str = "topic") -> PullRequest:
        """A pull request by bea."""
        self.github.commit(self.repo, branch, dict(files), by="bea")
        return self.github.open_pull_request(self.repo, branch, by="bea")

    def checked(self, sha: str) -> CheckRun:
        """Canon's check, as soon as it has ended."""
        return self.canon.completed(self.repo, sha)

    def say(self, on: Issue | PullRequest, body: str, by: str = "wendy") -> Comment:
        return self.github.comment(on, body, by=by)

    def answers(self, comment: Comment) -> list[str]:
        """What Canon has answered to a comment so far."""
        mark = f"<!-- canon:answer:{comment.id} -->\n"
        issue = comment.issue
        bodies = [it.body for it in issue.comments if it.user.login == CANON]
        return [body.removeprefix(mark) for body in bodies if body.startswith(mark)]

    def reactions(self, comment: Comment) -> list[str]:
        return [it.content for it in comment.reactions]

    def done(self, comment: Comment) -> str:
        """The answer to a comment, when Canon is through with it."""

        def look() -> Sequence[str]:
            through = {"rocket", "confused"} & set(self.reactions(comment))
            return self.answers(comment) if through else ()

        (answer,) = self.canon.wait_for(look, f"the answer to {comment.body!r}")
        return answer

    def ask(self, on: Issue | PullRequest, body: str, by: str = "wendy") -> str:
        """Say something, and wait for the answer."""
        return self.done(self.say(on, body, by))

    def wait_until_idle(self) -> None:
        """Wait until nothing runs in any repository, and nothing more comes for a while."""
        self.canon.settle(0.5)
        repositories = self.github.world.repositories.values()
        self.canon.wait_for(
            lambda: all(run.conclusion for repo in repositories for run in repo.runs.values()),
            "all checks to end",
        )
        self.canon.settle(0.3)

    def pulls_of_canon(self) -> list[PullRequest]:
        return [it for it in self.repo.pulls.values() if it.issue.user.login == CANON]

    def read(self, branch: str, path: str) -> str:
        found = self.repo.git.read(f"refs/heads/{branch}:{path}")
        assert found is not None
        return found[2].decode()


@pytest.fixture(scope="module")
def canon(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Deployment]:
    """Canon on GitHub, started once for a module; all that GitHub sees is held to the contract."""
    root = tmp_path_factory.mktemp("conversation")
    (root / "github").mkdir()
    watch = ContractWatch()
    github = GitHubSimulator(root / "github", around_api=watch.around)
    github.hookshot.observers.append(watch.see)
    with migrated_database(postgres_url) as url, github:
        deployment = Deployment(root, github, url)
        deployment.settings["CANON_SANDBOX"] = "off"
        deployment.start()
        yield deployment
        deployment.stop()
    assert github.errors == []
    watch.verify()


@pytest.fixture
def town(canon: Deployment) -> Town:
    """A repository that nobody else uses, with one violation and a tracked issue."""
    repo = canon.simulator.create_repository(f"acme/shop-{next(_numbers)}", FILES)
    for login, role in (("rita", "read"), ("tom", "triage"), ("wendy", "write")):
        canon.simulator.grant(repo, login, role)
    issue = canon.simulator.open_issue(repo, "One way to connect", by="rita")
    assert issue.number == ISSUE
    return Town(canon, repo, issue)
