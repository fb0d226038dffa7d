"""Which violations lines may be suggested for; known before anything is loaded that makes them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.comparison import Comparison
    from bot.domain.violation import Violation

_MOST_FILES = 200


def files_to_suggest_for(comparison: "Comparison") -> Sequence[str]:
    """The files of the head with new violations for which lines could be suggested; some of them.

    Whoever has their bytes passes these to `bot.scanner.suggestions.with_suggestions`.
    """
    paths = {
        violation.path
        for migration in comparison.migrations
        for violation in (*migration.added, *migration.unwaived)
        if may_have_one(violation)
    }
    return sorted(paths)[:_MOST_FILES]


def may_have_one(violation: "Violation") -> bool:
    """Whether there can be a suggestion for a violation, before its file is read."""
    return violation.replacement is not None and violation.via == "import"
