"""What Canon does not do on GitHub yet, and how to do it in a clone."""

from bot.domain.effects import Migrate
from bot.handlers.commands.done import Done, declined
from bot.handlers.commands.here import Here
from bot.reports.markdown import code, prose


def migrate(here: Here, effect: Migrate) -> Done:
    """Say how to find what has to be rewritten: this version has no codemods."""
    migration = here.migration(effect.migration)
    scan = f"canon scan --migration {migration.issue}"
    only = f" Of these, the rule {code(effect.rule)} is meant." if effect.rule else ""
    return declined(
        "Canon does not rewrite code yet, neither here nor in a clone. What there is: "
        f"{code(scan)} lists every violation of #{migration.issue} with what to write instead, "
        f"and {code('canon check --worktree')} tells before a push what the change would get.{only}"
    )


def rollback(here: Here, pull_request: int | None, named: int | None) -> Done:
    """Say how to revert, with the steps that the configuration has for it."""
    migration = here.migration(named)
    which = f"of #{pull_request}" if pull_request else "that is to be undone"
    steps = "".join(f"\n{n}. {prose(step)}" for n, step in enumerate(migration.rollback, start=1))
    plan = f"\n\nThe way back that the configuration names for #{migration.issue}:\n{steps}"
    return declined(
        "Canon opens no reverting pull requests yet. In a clone, on a branch of its own: "
        f"{code('git revert -m 1 MERGE_COMMIT')} with the merge commit {which}; "
        "or press Revert on the merged pull request." + (plan if steps else "")
    )
