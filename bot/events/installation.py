from bot.events.payload import Installation, Many, NamedRepository, Part

ACTIONS = frozenset({"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"})


class InstallationChanged(Part):
    """The App was installed, removed, suspended, or its permissions were accepted."""

    action: str
    installation: Installation
    repositories: Many[NamedRepository] = ()
