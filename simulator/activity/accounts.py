"""How Apps and repositories come to be."""

import secrets

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator.model import App, Hook, Repository, User
from simulator.world import World

PERMISSIONS = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "merge_queues": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}

EVENTS = (
    "check_run",
    "check_suite",
    "issue_comment",
    "issues",
    "merge_group",
    "pull_request",
    "push",
    "repository",
)


def create_app(  # noqa: PLR0913 - an App has this many parts
    world: World,
    slug: str,
    owner: User,
    *,
    hook: Hook,
    permissions: dict[str, str],
    private_key: str | None,
) -> App:
    """Register an App, with a key of its own unless one is given."""
    pem = private_key or new_key()
    # The arithmetic of the key is not checked anew: that takes longer than all the rest together.
    key = serialization.load_pem_private_key(
        pem.encode(), None, unsafe_skip_rsa_key_validation=True
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    app = App(
        id=world.new_id(),
        slug=slug,
        name=slug,
        owner=owner,
        bot=world.user(f"{slug}[bot]", "Bot"),
        client_id="Iv23" + secrets.token_hex(8),
        private_key=pem,
        public_key=public.decode(),
        permissions=permissions,
        hook=hook,
    )
    world.apps[app.id] = app
    return app


def new_key() -> str:
    """An RSA key as GitHub makes it: 2048 bits, PKCS#1 in PEM."""
    return (
        rsa.generate_private_key(65537, 2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        .decode()
    )


def create_repository(
    world: World, full_name: str, *, private: bool, default_branch: str
) -> Repository:
    """Make an empty repository; its owner is made on first mention."""
    login, _, name = full_name.partition("/")
    if not name or world.repository(full_name) is not None:
        raise ValueError(f"cannot make a repository {full_name!r}")
    number = world.new_id()
    git = world.new_git(number, default_branch)
    repo = Repository(number, world.user(login), name, private, default_branch, git)
    world.repositories[number] = repo
    return repo


def fork(world: World, parent: Repository, owner: User) -> Repository:
    """Copy a repository to another account; whoever can fork can also read."""
    repo = create_repository(
        world,
        f"{owner.login}/{parent.name}",
        private=parent.private,
        default_branch=parent.default_branch,
    )
    repo.parent = parent
    parent.collaborators.setdefault(owner.login, "read")
    if parent.seen:
        repo.git.fetch(parent.git, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*")
    repo.seen = repo.git.refs()
    return repo
