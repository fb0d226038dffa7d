from bot.events.payload import Installation, Many, NamedRepository, Part

ACTIONS = frozenset({"added", "removed"})


class InstallationRepositoriesChanged(Part):
    """Repositories were added to an installation, or taken from it."""

    action: str
    installation: Installation
    repositories_added: Many[NamedRepository] = ()
    repositories_removed: Many[NamedRepository] = ()
