"""How long a report takes: 10,000 violations in 1,500 files, everything known that can be."""

import time

from benchmarks.tables import Table, percentile
from bot.domain.report import ReportKind
from bot.reports.report import KINDS, Form, render_report
from tests.reports.report_cases import ON_MAIN
from tests.reports.test_reports import large

VIOLATIONS = 10_000
RUNS = 20
_GOAL_MS = 200


def run() -> list[Table]:
    """Every kind as a comment, and the longest one as a page with everything in it."""
    seen = large(VIOLATIONS)
    cases = [*((kind, Form.MARKDOWN) for kind in KINDS), (ReportKind.VIOLATIONS, Form.HTML)]
    rows = []
    for kind, form in cases:
        render_report(kind, seen, ON_MAIN, form)  # the templates are compiled after it
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            render_report(kind, seen, ON_MAIN, form)
            times.append(1_000 * (time.perf_counter() - start))
        rows.append([kind, form, f"{percentile(times, 0.5):.0f}", f"{percentile(times, 0.95):.0f}"])
    title = f"A report of {VIOLATIONS:,} violations (goal: a comment in under {_GOAL_MS} ms)"
    return [Table(title, ["kind", "form", "p50 ms", "p95 ms"], rows)]
