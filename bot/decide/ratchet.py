"""The ratchet: violations are compared with the merge base, so counts can only fall.

No baseline is stored anywhere; the merge base is the baseline.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain

from bot.decide import gate
from bot.decide.difference import Difference, differences, newly, newly_idle
from bot.domain.comparison import Comparison, MigrationComparison
from bot.domain.configuration import Configuration, Migration
from bot.domain.hunk import Hunk
from bot.domain.scan import Scan
from bot.domain.verdict import Outcome
from bot.domain.violation import Violation


def compare(  # noqa: PLR0913 - two ends, and what they are called
    configuration: Configuration,
    base: Scan,
    head: Scan,
    renames: Mapping[str, str],
    *,
    merge_base: str,
    base_commit: str,
    head_commit: str,
    today: date,
    hunks: Mapping[str, Sequence[Hunk]] | None = None,
) -> Comparison:
    """What changed from the merge base to the head, and what the gate says of it.

    `base` is the scan of the merge base; `base_commit` the tip of the branch it was found with.
    `renames` leads from paths at the merge base to paths at the head. `today` decides which
    milestones are past. `hunks` say of the files that are `unclear` which lines changed, by their
    paths at the head. Raises `ValueError` when the scans are not of this configuration.
    """
    if not base.config_digest == head.config_digest == configuration.digest:
        raise ValueError("both scans must be of the configuration they are compared under")
    found = differences(base, head, renames, hunks or {})
    migrations = tuple(
        _migration(migration, found, today) for migration in configuration.migrations
    )
    return Comparison(
        base=base_commit,
        head=head_commit,
        merge_base=merge_base,
        config_digest=configuration.digest,
        migrations=migrations,
        verdict=Outcome.worst([migration.verdict for migration in migrations]),
        skipped=newly(head.skipped, base.skipped, renames),
        degraded=newly(head.degraded, base.degraded, renames),
        waivers=newly_idle(head.waivers, base.waivers, renames),
    )


def _migration(
    migration: Migration, found: Mapping[tuple[int, str], Difference], today: date
) -> MigrationComparison:
    by_rule = [
        (rule, found.get((migration.issue, rule.id), Difference())) for rule in migration.rules
    ]
    rules = tuple(
        gate.judge(rule, migration, difference, today=today) for rule, difference in by_rule
    )
    changed = [difference for _, difference in by_rule]
    return MigrationComparison(
        issue=migration.issue,
        title=migration.title,
        phase=migration.phase,
        blocking=migration.blocking,
        added=_in_order(difference.added for difference in changed),
        removed=_in_order(difference.removed for difference in changed),
        kept=sum(difference.kept for difference in changed),
        rules=rules,
        verdict=Outcome.worst([rule.outcome for rule in rules]),
        reasons=gate.explain(migration, rules),
        waived=_in_order(difference.waived for difference in changed),
        unwaived=_in_order(difference.unwaived for difference in changed),
        unchecked=_in_order(difference.unchecked for difference in changed),
        next_phase=gate.next_phase(migration.phase, rules),
    )


def _in_order(groups: Iterable[Iterable[Violation]]) -> tuple[Violation, ...]:
    return tuple(sorted(chain.from_iterable(groups), key=_place))


def _place(violation: Violation) -> tuple[str, int, int, str]:
    return violation.path, violation.line, violation.column, violation.rule
