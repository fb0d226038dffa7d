"""What the gate says of test categories, by what each phase expects of them.

| expected to | finding | could not be checked |
|---|---|---|
| pass | fails | the check asks for action, and never passes |
| fail, or either | reported | reported |

Code that waits for an approval always asks for action. Of a migration that is not blocking all is
reported only.
"""

from collections.abc import Sequence

from bot.decide.words import many
from bot.domain.configuration import Migration
from bot.domain.suite import Expectation
from bot.domain.tested import CategoryVerdict, LeftOut, MigrationTests
from bot.domain.testing import CategoryOutcome, CategoryResult
from bot.domain.verdict import Outcome, Reason

_MUST = {
    Expectation.PASS: "all must pass",
    Expectation.FAIL: "all must fail",
    Expectation.ANY: "they may pass or fail",
}


def judge(
    migration: Migration,
    results: Sequence[CategoryResult],
    left_out: Sequence[LeftOut] = (),
    *,
    waiting: bool = False,
) -> MigrationTests:
    """One migration's categories; `waiting`: nobody has let the code be run."""
    return MigrationTests(
        issue=migration.issue,
        title=migration.title,
        phase=migration.phase,
        blocking=migration.blocking,
        categories=tuple(_verdict(result, migration, waiting=waiting) for result in results),
        left_out=tuple(left_out),
    )


def _verdict(result: CategoryResult, migration: Migration, *, waiting: bool) -> CategoryVerdict:
    outcome = _outcome(result, waiting=waiting)
    if outcome in {Outcome.FAIL, Outcome.ERROR} and not migration.blocking:
        outcome = Outcome.NEUTRAL
    if result.outcome is CategoryOutcome.AS_EXPECTED:
        return CategoryVerdict(result, outcome)
    return CategoryVerdict(result, outcome, Reason(text=f"{result.category}: {_why(result)}"))


def _outcome(result: CategoryResult, *, waiting: bool) -> Outcome:
    match result.outcome:
        case CategoryOutcome.AS_EXPECTED:
            return Outcome.PASS
        case CategoryOutcome.FINDING if result.expect is Expectation.PASS:
            return Outcome.FAIL
        case CategoryOutcome.COULD_NOT_CHECK if waiting or result.expect is Expectation.PASS:
            return Outcome.ERROR
        case _:
            return Outcome.NEUTRAL


def _why(result: CategoryResult) -> str:
    totals = result.totals
    told = [
        (totals.unexpected_failure, "did not pass"),
        (totals.unexpected_pass, "did not fail"),
        (totals.could_not_check, "could not be checked"),
    ]
    parts = [f"{count:,} {words}" for count, words in told if count]
    counted = []
    if parts and not (result.reasons and totals.total == totals.not_run):
        of = f"of {many(totals.total, 'test')} {', '.join(parts)}"
        counted = [f"{of}, and {_MUST[result.expect]} in phase {result.phase}"]
    why = "; ".join([*result.reasons, *counted])
    if totals.unexpected_pass:
        why += "; a test that does not fail proves nothing, or the phase can advance"
    return why
