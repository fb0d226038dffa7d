"""What each effect does: the one place that knows all of them."""

from typing import assert_never

from bot.commands.reference import explanation, overview
from bot.domain.effects import (
    Cancel,
    Effect,
    Explain,
    Migrate,
    OkToTest,
    ProposePhase,
    RerunTests,
    Rescan,
    Rollback,
    RunTests,
    ShowHelp,
    ShowInventory,
    ShowPlan,
    ShowReport,
    ShowStatus,
    TakeSnapshot,
    Track,
    Unwaive,
    Waive,
)
from bot.handlers.commands import again, explain, locally, propose, show, trust, waive
from bot.handlers.commands.done import Done
from bot.handlers.commands.here import Here
from bot.ports.waivers import Occasion


def carry_out(here: Here, position: int, effect: Effect) -> Done:  # noqa: C901, PLR0911, PLR0912 - a table
    """Bring an effect about; `position` is that of its command in the comment.

    It may be repeated: what it does is done once. Raises `InputError` for what cannot be asked
    for, and `CouldNotCheckError` where the world does not let us.
    """
    match effect:
        case ShowHelp(command):
            return Done(overview() if command is None else explanation(command))
        case ShowStatus(migration):
            return show.status(here, migration)
        case ShowReport(kind, migration):
            return show.report(here, kind, migration)
        case ShowPlan(migration):
            return show.plan(here, migration)
        case ShowInventory(migration):
            return show.inventory(here, migration)
        case Explain(fingerprint):
            return explain.explain(here, fingerprint)
        case Rescan():
            return again.scan(here)
        case RunTests(category, migration):
            return again.test(here, category, migration)
        case RerunTests(migration):
            return again.retest(here, migration)
        case Cancel():
            return again.cancel(here)
        case TakeSnapshot(migration):
            return show.snapshot(here, migration)
        case OkToTest(sha):
            return trust.ok_to_test(here, sha)
        case Waive(subject, reason, until):
            return waive.waive(here, Occasion(here.key, position), subject, reason, until)
        case Unwaive(subject):
            return waive.unwaive(here, Occasion(here.key, position), subject)
        case ProposePhase(phase, migration):
            return propose.phase(here, phase, migration)
        case Track():
            return propose.track(here)
        case Migrate():
            return locally.migrate(here, effect)
        case Rollback(pull_request, migration):
            return locally.rollback(here, pull_request, migration)
        case _:
            assert_never(effect)
