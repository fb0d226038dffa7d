import secrets
from collections.abc import Collection, Mapping, Sequence

from simulator.activity import accounts, hooks, installations
from simulator.controls.base import Controls, locked
from simulator.model import App, Hook, Installation, Repository, Token, User, now


class AccountControls(Controls):
    """Accounts, Apps, installations and credentials."""

    @locked
    def user(self, login: str) -> User:
        """The account of that name."""
        return self.world.user(login)

    @locked
    def organization(self, login: str) -> User:
        """The organization of that name."""
        return self.world.user(login, "Organization")

    @locked
    def create_app(  # noqa: PLR0913 - the form that registers an App has this many fields
        self,
        slug: str = "canon",
        *,
        webhook_url: str | None = None,
        webhook_secret: str = "",
        permissions: Mapping[str, str] | None = None,
        events: Sequence[str] | None = None,
        private_key: str | None = None,
        owner: str = "canon-authors",
    ) -> App:
        """Register an App; without `permissions` and `events` it has those Canon asks for.

        `private_key` (PEM) saves the time to make one. The App is pinged where it has a webhook.
        """
        app = accounts.create_app(
            self.world,
            slug,
            self.world.user(owner),
            hook=Hook(
                self.world.new_id(),
                webhook_url,
                webhook_secret,
                list(accounts.EVENTS if events is None else events),
            ),
            permissions=dict(accounts.PERMISSIONS if permissions is None else permissions),
            private_key=private_key,
        )
        if webhook_url is not None:
            hooks.ping_app(self.world, app)
        return app

    @locked
    def create_token(
        self,
        login: str,
        *,
        permissions: Mapping[str, str] | None = None,
        repositories: Collection[Repository] | None = None,
    ) -> str:
        """A user's token: fine-grained when `permissions` are given, classic otherwise."""
        prefix = "ghp_" if permissions is None else "github_pat_"
        token = Token(
            prefix + secrets.token_hex(18),
            self.world.user(login),
            permissions=None if permissions is None else dict(permissions),
            repository_ids=None
            if repositories is None
            else frozenset(repo.id for repo in repositories),
        )
        self.world.tokens[token.value] = token
        return token.value

    @locked
    def expire_tokens(self, installation: Installation | None = None) -> int:
        """Let installation tokens expire now (of all installations, or of one); how many."""
        dying = [
            token
            for token in self.world.tokens.values()
            if token.valid
            and token.installation is not None
            and installation in (None, token.installation)
        ]
        for token in dying:
            token.expires_at = now()
        return len(dying)

    @locked
    def install(
        self,
        app: App,
        account: str,
        *,
        permissions: Mapping[str, str] | None = None,
        repositories: Collection[Repository] | None = None,
    ) -> Installation:
        """Install an App on an account, for all repositories unless some are named."""
        owner = self.world.user(account)
        return installations.install(
            self.world,
            app,
            owner,
            owner,
            permissions=None if permissions is None else dict(permissions),
            repositories=repositories,
        )

    @locked
    def uninstall(self, installation: Installation) -> None:
        """Remove an installation."""
        installations.uninstall(self.world, installation, installation.account)

    @locked
    def suspend(self, installation: Installation) -> None:
        """Suspend an installation."""
        installations.suspend(self.world, installation, installation.account)

    @locked
    def unsuspend(self, installation: Installation) -> None:
        """Let it work again."""
        installations.unsuspend(self.world, installation, installation.account)

    @locked
    def choose_repositories(
        self, installation: Installation, repositories: Collection[Repository]
    ) -> None:
        """Change what an installation covers."""
        owner = installation.account
        installations.choose(self.world, installation, owner, repositories)

    @locked
    def accept_permissions(
        self, installation: Installation, permissions: Mapping[str, str]
    ) -> None:
        """Change what an installation may do."""
        owner = installation.account
        installations.accept_permissions(self.world, installation, owner, dict(permissions))

    @locked
    def add_hook(
        self, repo: Repository, url: str, secret: str, events: Sequence[str] = ("*",)
    ) -> Hook:
        """Add a webhook of the repository itself, as one does without an App."""
        return hooks.add(self.world, repo, url, secret, events)
