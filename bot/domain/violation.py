import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.severity import Severity
from bot.domain.suggestion import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A violation excused for a time, by a person, for a reason.

    `source` is where it was given: "code", or the address of the comment that did it.
    """

    reason: str
    by: str
    until: str  # ISO date; from the day after, the violation counts again
    source: str = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One place that breaks one rule. Lines and columns are 1-based, columns count characters.

    `suggestion` is there where it was asked for, and the new lines are certain.
    """

    migration: int
    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    symbol: str
    message: str
    fingerprint: str
    context: str = "module"
    via: str = "import"
    replacement: str | None = None
    waiver: Waiver | None = None
    suggestion: Suggestion | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def fingerprint(migration: int, rule: str, path: str, symbol: str, ordinal: int) -> str:
    """Identity of a violation that survives moving lines: 32 hex digits.

    `ordinal` counts the same symbol in the same file for the same rule from 0, in source order.
    """
    identity = "\0".join((str(migration), rule, path, symbol, str(ordinal)))
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
