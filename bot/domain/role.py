from enum import StrEnum
from typing import Self


class Role(StrEnum):
    """What somebody may do with a repository, in GitHub's words; each may do all before it.

    https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories
    """

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    @classmethod
    def named(cls, permission: str, role_name: str | None) -> Self:
        """The role in an answer of `GET /repos/{owner}/{repo}/collaborators/{user}/permission`.

        `role_name` tells triage and maintain apart, but may be an organization's own name for a
        role; then `permission` (none, read, write, admin) holds. A word that is neither is NONE:
        what cannot be read gives no rights.
        """
        for word in (role_name, permission):
            if word in set(cls):
                return cls(word)
        return cls("none")

    def allows(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may do."""
        order = list(Role)
        return order.index(self) >= order.index(needed)
