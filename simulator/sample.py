"""A sample repository in the middle of a migration, for `canon demo` and the end-to-end tests.

A shop that talks to its customers over web sockets has two ways to get a connection manager: the
old factory and the new registry. About three hundred imports still go to the factory.
"""

from collections.abc import Iterator, Mapping

_TEAMS = ("billing", "catalog", "checkout", "delivery", "search", "support")
_MODULES_OF_A_TEAM = 30

CONFIGURATION = """\
version: 1
roots: ["."]

migrations:
  - issue: 1
    title: One way to get a connection manager
    phase: migrate
    owners: ["@acme/platform"]
    rules:
      - id: factory-import
        kind: banned-import
        severity: P0
        modules: [shop.realtime.manager_factory]
        replacement:
          shop.realtime.manager_factory.create_manager: shop.realtime.registry.get_manager
          shop.realtime.manager_factory.ManagerFactory: shop.realtime.registry.Registry
        message: The factory makes a second manager per user, and messages get lost between the two
      - id: both-ways
        kind: dual-import
        severity: P1
        modules: [shop.realtime.manager_factory, shop.realtime.registry]
        message: One module uses both managers; its users see half of their messages
      - id: one-manager
        kind: single-definition
        severity: P1
        class: ConnectionManager
        canonical: shop/realtime/registry.py
      - id: factory-is-gone
        kind: absent-file
        severity: P2
        files: [shop/realtime/manager_factory.py]
        targets: {migrate: 1}
"""

_REGISTRY = '''\
"""The one place where connection managers come from."""


class ConnectionManager:
    async def send(self, user: str, event: str) -> None: ...


class Registry:
    def __init__(self) -> None:
        self._managers: dict[str, ConnectionManager] = {}

    def get(self, user: str) -> ConnectionManager:
        return self._managers.setdefault(user, ConnectionManager())


_registry = Registry()


def get_manager(user: str) -> ConnectionManager:
    return _registry.get(user)
'''

_FACTORY = '''\
"""Deprecated: use shop.realtime.registry."""


class ConnectionManager:
    def send(self, user: str, event: str, retries: int = 3) -> None: ...


class ManagerFactory:
    def build(self, user: str) -> ConnectionManager:
        return ConnectionManager()


def create_manager(user: str) -> ConnectionManager:
    return ManagerFactory().build(user)
'''

_OLD_MODULE = '''\
"""{title}: tells customers what happens to their orders."""

from shop.realtime.manager_factory import ManagerFactory, create_manager

# from shop.realtime.manager_factory import nothing: a comment is no import
HELP = """
from shop.realtime.manager_factory import create_manager
"""


def notify(user: str) -> None:
    create_manager(user).send(user, "{team}.{number}")


def factory() -> ManagerFactory:
    return ManagerFactory()
'''

_NEW_MODULE = '''\
"""{title}: tells customers what happens to their orders."""

from shop.realtime.registry import get_manager


async def notify(user: str) -> None:
    await get_manager(user).send(user, "{team}.{number}")
'''


def files() -> Mapping[str, str]:
    """The repository's first commit: path -> text."""
    return dict(_files())


def adding() -> Mapping[str, str]:
    """What a pull request changes that adds legacy imports: one new file, one that was clean."""
    return {
        "shop/checkout/express.py": (
            '"""Express checkout."""\n\n'
            "from shop.realtime.manager_factory import create_manager\n\n\n"
            "def confirm(user: str) -> None:\n"
            '    create_manager(user).send(user, "checkout.express")\n'
        ),
        "shop/billing/module_28.py": _module("billing", 28, old=False)
        + "\n\ndef legacy(user: str) -> object:\n"
        "    import shop.realtime.manager_factory as factory\n\n"
        "    return factory.create_manager(user)\n",
    }


def removing() -> Mapping[str, str]:
    """What a pull request changes that only migrates: four modules of one team."""
    return {
        f"shop/search/module_{number:02}.py": _module("search", number, old=False)
        for number in range(4)
    }


def _files() -> Iterator[tuple[str, str]]:
    yield ".github/canon.yml", CONFIGURATION
    yield "README.md", "# Shop\n\nA sample repository.\n"
    yield "shop/__init__.py", ""
    yield "shop/realtime/__init__.py", ""
    yield "shop/realtime/registry.py", _REGISTRY
    yield "shop/realtime/manager_factory.py", _FACTORY
    for team in _TEAMS:
        yield f"shop/{team}/__init__.py", ""
        for number in range(_MODULES_OF_A_TEAM):
            # The last three of each team are migrated already.
            source = _module(team, number, old=number < _MODULES_OF_A_TEAM - 3)
            yield f"shop/{team}/module_{number:02}.py", source


def _module(team: str, number: int, *, old: bool) -> str:
    template = _OLD_MODULE if old else _NEW_MODULE
    return template.format(title=f"{team.capitalize()} {number}", team=team, number=number)
