"""Test results for people at a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.domain.testing import CategoryOutcome, Judgement
from bot.reports.plain import visible
from bot.reports.testing_words import EXPECTED, OUTCOMES
from bot.reports.words import plural

if TYPE_CHECKING:
    from bot.cli.terminal import Palette
    from bot.domain.phase import Phase
    from bot.domain.testing import CategoryResult, TestResult

_DIGITS: Final = 12
_LOG_LINES: Final = 20


def results_text(
    commit: str, phase: "Phase", results: "Sequence[CategoryResult]", palette: "Palette"
) -> str:
    """Category by category; of the tests those that are not as expected, and the warnings."""
    blocks = ["\n".join(_category(result, palette)) for result in results]
    return "\n\n".join([*blocks, f"commit {commit[:_DIGITS]}, phase {phase}"])


def _category(result: "CategoryResult", palette: "Palette") -> Iterator[str]:
    style = palette.good if result.outcome is CategoryOutcome.AS_EXPECTED else palette.bad
    outcome = style(OUTCOMES[result.outcome])
    yield (
        f"{palette.bold(result.category)} ({EXPECTED[result.expect]}): {outcome},"
        f" {_sums(result)}, {result.seconds:.1f} s"
    )
    yield from (f"  {visible(reason)}" for reason in result.reasons)
    yield from (f"  {difference}" for difference in result.differences)
    yield from (f"  note: {visible(note)}" for note in result.notes)
    for test in result.tests:
        if test.judged is not Judgement.AS_EXPECTED:
            yield from _test(test, palette.bad(test.judged.replace("_", " ")), test.message)
        elif test.warning:
            yield from _test(test, "warning", test.warning)
    if result.outcome is CategoryOutcome.COULD_NOT_CHECK:
        lines = result.log_tail.rstrip().splitlines()[-_LOG_LINES:]
        yield from (palette.dim(f"  | {visible(line)}") for line in lines)


def _sums(result: "CategoryResult") -> str:
    totals = result.totals
    counts = {
        "as expected": totals.as_expected,
        "unexpected pass": totals.unexpected_pass,
        "unexpected failure": totals.unexpected_failure,
        "could not be checked": totals.could_not_check,
    }
    parts = [f"{count:,} {words}" for words, count in counts.items() if count]
    return ": ".join([plural(totals.total, "test"), *([", ".join(parts)] if parts else [])])


def _test(test: "TestResult", label: str, message: str) -> Iterator[str]:
    yield f"  {label}  {visible(test.id)} ({test.outcome.replace('_', ' ')})"
    if message:
        yield f"      {visible(message)}"
