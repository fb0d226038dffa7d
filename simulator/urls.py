from dataclasses import dataclass

from simulator.model import App, PullRequest, Repository, User


@dataclass(frozen=True, slots=True)
class Urls:
    """Where things are: `web` is the root of pages and git, `api` of REST."""

    web: str
    api: str

    def user(self, user: User) -> str:
        """REST address of an account."""
        return f"{self.api}/users/{user.login}"

    def app(self, app: App) -> str:
        """Page of an App."""
        return f"{self.web}/apps/{app.slug}"

    def page(self, repository: Repository) -> str:
        """Page of a repository."""
        return f"{self.web}/{repository.full_name}"

    def repository(self, repository: Repository) -> str:
        """REST address of a repository."""
        return f"{self.api}/repos/{repository.full_name}"

    def clone(self, repository: Repository) -> str:
        """What `git clone` takes."""
        return f"{self.page(repository)}.git"

    def pull(self, pull: PullRequest) -> str:
        """REST address of a pull request."""
        return f"{self.repository(pull.repository)}/pulls/{pull.number}"
