"""The reports on migrations whose text stands in tests/golden/reports.

`python -m tests.reports.report_cases` writes them anew. Then read what changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.domain.evidence import MigrationEvidence
from bot.domain.measurement import Unmeasured
from bot.domain.phase import Phase
from bot.domain.report import ReportKind
from bot.reports.report import KINDS, render_report
from tests.reports.cases import CONTEXT
from tests.reports.sample import evidence, migration, scanned

FOLDER = Path(__file__).parent.parent / "golden/reports"
ON_MAIN = replace(CONTEXT, subject="branch main", base=CONTEXT.head, merge_base=None)


def bare(phase: Phase = Phase.DETECT) -> MigrationEvidence:
    """Only a scan: everything else was not looked at."""
    whole = migration(phase)
    return MigrationEvidence(
        migration=replace(whole, decision=None, impact=None, risks=(), rollback=()),
        scan=scanned(phase),
    )


def finished() -> MigrationEvidence:
    """The last phase, and nothing is found any more."""
    seen = evidence(Phase.DONE)
    clean = replace(
        seen.scan,
        violations=(),
        migrations=tuple(
            replace(one, rules=tuple(replace(r, count=0, files=0, waived=0) for r in one.rules))
            for one in seen.scan.migrations
        ),
    )
    return replace(seen, scan=clean, inventory=Unmeasured("it was not looked at"))


_EVIDENCE: Mapping[str, Callable[[], MigrationEvidence]] = {
    "detect": evidence,
    "migrate": lambda: evidence(Phase.MIGRATE, 78),
    "bare": bare,
    "finished": finished,
}
CASES: Mapping[str, tuple[ReportKind, str]] = {
    **{f"{kind}": (kind, "detect") for kind in KINDS},
    **{f"{kind}_bare": (kind, "bare") for kind in KINDS},
    "status_migrate": (ReportKind.STATUS, "migrate"),
    "status_finished": (ReportKind.STATUS, "finished"),
    "executive_migrate": (ReportKind.EXECUTIVE, "migrate"),
    "violations_finished": (ReportKind.VIOLATIONS, "finished"),
}


def made(name: str) -> str:
    """One of the cases, as it would be posted."""
    kind, what = CASES[name]
    return render_report(kind, _EVIDENCE[what](), ON_MAIN)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        (FOLDER / f"{case}.md").write_text(made(case), encoding="utf-8")
