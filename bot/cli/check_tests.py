"""The test categories of `canon check --tests`: chosen, run and judged as the service does it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.cli.comparing import Ends
    from bot.cli.local import Local
    from bot.domain.configuration import Configuration, Migration
    from bot.domain.tested import MigrationTests, TestVerdict


def run_tests(
    local: "Local",
    ends: "Ends",
    configuration: "Configuration",
    migration: int | None,
    *,
    quiet: bool,
) -> "TestVerdict | None":
    """What the categories say that a pull request would ask for; None where there are none."""
    from bot.cli.running import run_categories
    from bot.decide.testing import judge
    from bot.domain.suite import Trigger
    from bot.domain.tested import TestVerdict
    from bot.suites.selection import select

    head = ends.head
    assert head is not None
    changed = local.commits.changed(ends.start, head)

    def judged(one: "Migration") -> "MigrationTests":
        selection = select(one.tests, Trigger.PULL_REQUEST, changed)
        chosen = [(one, category) for category in selection.chosen]
        results = run_categories(local, head, one.phase, chosen, quiet=quiet)
        return judge(one, results, selection.left_out)

    tested = [
        one for one in configuration.migrations if one.tests and migration in {None, one.issue}
    ]
    return TestVerdict(tuple(map(judged, tested))) if tested else None
