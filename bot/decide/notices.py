"""Whether a tracked issue needs a word, from the counts and from whether it is open."""

from collections.abc import Mapping

from bot.decide.gate import final_target
from bot.domain.configuration import Migration
from bot.domain.history import CountsOn
from bot.domain.notice import Beyond, ClosedEarly, Notice, Regressed
from bot.domain.phase import Phase
from bot.domain.repository import Issue


def notice(
    migration: Migration, counts: Mapping[str, int], before: CountsOn | None, issue: Issue
) -> Notice | None:
    """What is to be said; None where all is well, or where nobody need hear of it.

    `counts` are those of the default branch now, `before` those that were noted before them. A
    migration that is done regresses with the first commit that takes it above a target. An issue
    that is closed while it is not done gets its word once for each closing.
    """
    rules = beyond(migration, counts)
    if not rules:
        return None
    if (
        migration.phase is Phase.DONE
        and before is not None
        and not beyond(migration, before.counts)
    ):
        return Regressed(before.commit, rules)
    return None if issue.closed_at is None else ClosedEarly(issue.closed_at, rules)


def beyond(migration: Migration, counts: Mapping[str, int]) -> tuple[Beyond, ...]:
    """The rules above their targets; a rule that was not counted is not among them."""
    return tuple(
        Beyond(rule.id, counts[rule.id], target)
        for rule in migration.rules
        if counts.get(rule.id, 0) > (target := final_target(rule, migration.phase))
    )
