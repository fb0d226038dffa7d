from collections.abc import Sequence

import pytest

from bot.decide.conclusion import conclude
from bot.domain.comparison import Comparison, MigrationComparison
from bot.domain.errors import (
    CanonError,
    ConfigurationInvalidError,
    ConfigurationProblem,
    CouldNotCheckError,
    DeadlineExceededError,
    SupersededError,
)
from bot.domain.phase import Phase
from bot.domain.publication import Conclusion
from bot.domain.suite import Expectation
from bot.domain.tested import CategoryVerdict, MigrationTests, TestVerdict
from bot.domain.testing import CategoryOutcome, CategoryResult
from bot.domain.verdict import Outcome
from tests.support.scans import BASE, DIGEST, HEAD, MERGE_BASE

BROKEN = ConfigurationInvalidError(
    [ConfigurationProblem(path=".github/canon.yml", line=1, column=1, message="no version")]
)


def comparison(verdict: Outcome, *, blocking: Sequence[bool] = (True,)) -> Comparison:
    return Comparison(
        base=BASE,
        head=HEAD,
        merge_base=MERGE_BASE,
        config_digest=DIGEST,
        migrations=tuple(
            MigrationComparison(
                issue=number,
                title="",
                phase=Phase.MIGRATE,
                blocking=one,
                added=(),
                removed=(),
                kept=0,
                rules=(),
                verdict=verdict,
                reasons=(),
            )
            for number, one in enumerate(blocking, 1)
        ),
        verdict=verdict,
    )


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [
        (Outcome.PASS, Conclusion.SUCCESS),
        (Outcome.NEUTRAL, Conclusion.NEUTRAL),
        (Outcome.FAIL, Conclusion.FAILURE),
        (Outcome.ERROR, Conclusion.FAILURE),
    ],
)
def test_each_verdict_has_its_conclusion(verdict: Outcome, conclusion: Conclusion) -> None:
    assert conclude(comparison(verdict)) is conclusion


def test_what_could_not_be_checked_is_neutral_when_nothing_is_blocking() -> None:
    assert conclude(comparison(Outcome.ERROR, blocking=(False,))) is Conclusion.NEUTRAL
    assert conclude(comparison(Outcome.ERROR, blocking=(False, True))) is Conclusion.FAILURE


@pytest.mark.parametrize("error", [CouldNotCheckError("x"), DeadlineExceededError("late")])
@pytest.mark.parametrize(
    ("blocking", "conclusion"),
    [
        (True, Conclusion.FAILURE),
        (None, Conclusion.FAILURE),
        (False, Conclusion.NEUTRAL),
    ],
)
def test_an_error_in_place_of_a_comparison_fails_unless_nothing_is_blocking(
    error: CanonError, blocking: bool | None, conclusion: Conclusion
) -> None:
    assert conclude(error, blocking=blocking) is conclusion


@pytest.mark.parametrize("blocking", [True, False, None])
def test_a_broken_configuration_is_never_green(blocking: bool | None) -> None:
    assert conclude(BROKEN, blocking=blocking) is Conclusion.FAILURE


def test_a_superseded_run_is_cancelled() -> None:
    assert conclude(SupersededError("a" * 40), blocking=True) is Conclusion.CANCELLED


def of_tests(*outcomes: Outcome) -> TestVerdict:
    result = CategoryResult(
        category="unit",
        phase=Phase.DONE,
        expect=Expectation.PASS,
        outcome=CategoryOutcome.AS_EXPECTED,
    )
    migration = MigrationTests(
        issue=7,
        title="One",
        phase=Phase.DONE,
        blocking=True,
        categories=tuple(CategoryVerdict(result, outcome) for outcome in outcomes),
    )
    return TestVerdict((migration,))


@pytest.mark.parametrize(
    ("verdict", "outcome", "conclusion"),
    [
        (Outcome.PASS, Outcome.PASS, Conclusion.SUCCESS),
        (Outcome.PASS, Outcome.NEUTRAL, Conclusion.NEUTRAL),
        (Outcome.PASS, Outcome.FAIL, Conclusion.FAILURE),
        (Outcome.PASS, Outcome.ERROR, Conclusion.ACTION_REQUIRED),
        (Outcome.NEUTRAL, Outcome.ERROR, Conclusion.ACTION_REQUIRED),
        (Outcome.NEUTRAL, Outcome.PASS, Conclusion.NEUTRAL),
        (Outcome.FAIL, Outcome.ERROR, Conclusion.FAILURE),
        (Outcome.FAIL, Outcome.PASS, Conclusion.FAILURE),
    ],
)
def test_of_scan_and_tests_the_graver_one_concludes(
    verdict: Outcome, outcome: Outcome, conclusion: Conclusion
) -> None:
    assert conclude(comparison(verdict), of_tests(outcome, Outcome.PASS)) is conclusion
