"""A CODEOWNERS file as values; `bot.decide.codeowners` reads it and answers who owns a path."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """One line: a pattern, and its owners as written (@user, @org/team, an address), or none."""

    pattern: str
    owners: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The file at `path`, its rules in order: the last one that matches decides.

    `unread` are the lines that GitHub would skip for their syntax.
    """

    path: str
    rules: tuple[OwnerRule, ...]
    unread: tuple[int, ...] = ()
