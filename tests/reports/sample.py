"""A realistic migration with everything that can be known of it, for the reports."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.decide.codeowners import read
from bot.domain.configuration import Configuration, Migration
from bot.domain.evidence import MigrationEvidence
from bot.domain.history import CountsOn
from bot.domain.inventory import (
    FileRole,
    InventoryTotals,
    Location,
    Services,
    Touch,
    Via,
    Weakness,
    WeakTest,
)
from bot.domain.measurement import PageLink
from bot.domain.observation import Fixable, LinesCovered, ProbeHistory, TestRuns
from bot.domain.phase import Phase
from bot.domain.plan import RiskLevel
from bot.domain.scan import FileProblem
from bot.domain.severity import Severity
from bot.domain.suite import Executor, Expectation
from bot.domain.test_plan import (
    ExpectedRun,
    FileAction,
    MissingTest,
    Need,
    PlannedCategory,
    PlannedFile,
    PlannedRule,
    Shares,
    Style,
    TestHabits,
    TestPlan,
)
from bot.domain.testing import (
    CategoryOutcome,
    CategoryResult,
    CountDifference,
    Judgement,
    TestOutcome,
    TestResult,
    Totals,
)
from bot.domain.violation import Violation, Waiver
from tests.support.configs import loaded
from tests.support.scans import HEAD, numbered, scan, violation

SAMPLES = Path(__file__).parent / "samples"
AREAS = ("agents", "agents/supervisor", "routes", "services/chat", "services/billing", "websocket")
DETECTED_BY = dict.fromkeys(
    ("factory-import", "dual-import", "factory-file"),
    ("tests/unit/websocket_factory/test_imports.py",),
)
CODEOWNERS = """\
*                         @acme/platform
/shop/agents/             @acme/agents
/shop/services/billing/   @acme/billing
/shop/routes/             @alice
/shop/websocket/legacy/
"""


@cache
def configured() -> Configuration:
    """The configuration of the sample."""
    return loaded((SAMPLES / "canon.yml").read_text(encoding="utf-8"))


def migration(phase: Phase = Phase.DETECT) -> Migration:
    """The sample's migration in a phase."""
    return replace(configured().migrations[0], phase=phase)


def violations(imports: int = 124) -> Sequence[Violation]:
    """What the five rules find."""
    rules = {rule.id: rule for rule in configured().migrations[0].rules}

    def found(rule: str, path: str, line: int, symbol: str, **changes: Any) -> Violation:
        return violation(
            path,
            line,
            rule=rule,
            severity=rules[rule].severity,
            symbol=symbol,
            message=rules[rule].message,
            **{"replacement": None, **changes},
        )

    every = [
        found(
            "factory-import",
            f"shop/{AREAS[n % 6]}/{('handler', 'agent', 'session')[n % 3]}_{n % 24:02}.py",
            7 + n % 5 + 11 * (n // 24),
            "shop.websocket.manager_factory.create_manager",
            replacement="shop.websocket.manager.get_manager",
        )
        for n in range(imports)
    ]
    every += [
        found("dual-import", f"shop/agents/agent_{n:02}.py", 9, "shop.websocket.unified")
        for n in range(25)
    ]
    every += [
        found("one-manager", f"shop/websocket/{name}.py", line, f"shop.websocket.{name}.{cls}")
        for name, line, cls in (
            ("unified", 118, "WebSocketUnifiedManager"),
            ("connection", 41, "WebSocketConnectionManager"),
            ("legacy/pool", 23, "WebSocketPoolManager"),
        )
    ]
    every.append(
        found(
            "factory-file",
            "shop/websocket/manager_factory.py",
            1,
            "shop/websocket/manager_factory.py",
            details={"lines": 1_001},
        )
    )
    every[3] = replace(
        every[3],
        waiver=Waiver(reason="waiting for v2 clients", by="@alice", until="2026-12-31"),
    )
    every[60] = replace(
        every[60],
        waiver=Waiver(reason="billing is frozen until the audit", by="@bob", until="2026-11-27"),
    )
    return numbered(every)


def _tests(category: str, folder: str, expect: Expectation) -> tuple[TestResult, ...]:
    """The tests of samples/tests.txt; one without a message passed."""
    made = []
    lines = (SAMPLES / "tests.txt").read_text(encoding="utf-8").splitlines()
    for of, file, name, said in (map(str.strip, line.split("|")) for line in lines):
        if of != category:
            continue
        outcome = TestOutcome.FAILED if said else TestOutcome.PASSED
        wanted = TestOutcome.FAILED if expect is Expectation.FAIL else TestOutcome.PASSED
        judged = (
            Judgement.AS_EXPECTED
            if outcome is wanted
            else Judgement.UNEXPECTED_PASS
            if expect is Expectation.FAIL
            else Judgement.UNEXPECTED_FAILURE
        )
        made.append(
            TestResult(
                id=f"{folder}/{file}::{name}",
                outcome=outcome,
                judged=judged,
                message=said,
                seconds=0.12,
            )
        )
    return tuple(made)


def _result(
    name: str, expect: Expectation, tests: tuple[TestResult, ...], phase: Phase, **changes: Any
) -> CategoryResult:
    failed = sum(test.outcome is TestOutcome.FAILED for test in tests)
    as_expected = sum(test.judged is Judgement.AS_EXPECTED for test in tests)
    return CategoryResult(
        **{
            "category": name,
            "phase": phase,
            "expect": expect,
            "outcome": CategoryOutcome.AS_EXPECTED
            if as_expected == len(tests)
            else CategoryOutcome.FINDING,
            "tests": tests,
            "totals": Totals(
                total=len(tests),
                failed=failed,
                passed=len(tests) - failed,
                as_expected=as_expected,
                unexpected_pass=len(tests) - as_expected if expect is Expectation.FAIL else 0,
                unexpected_failure=len(tests) - as_expected if expect is Expectation.PASS else 0,
            ),
            "exit": 1 if failed else 0,
            "seconds": 3.2,
            **changes,
        }
    )


def runs(phase: Phase = Phase.DETECT) -> TestRuns:
    """Three of four categories ran, on GitHub's own page."""
    fail = Expectation.FAIL if phase is Phase.DETECT else Expectation.ANY
    unit = _tests("unit", "tests/unit/websocket_factory", fail)
    integration = _tests("integration", "tests/integration/websocket", fail)
    if fail is Expectation.ANY:
        unit, integration = (
            tuple(replace(test, judged=Judgement.AS_EXPECTED) for test in tests)
            for tests in (unit, integration)
        )
    return TestRuns(
        commit=HEAD,
        results=(
            _result(
                "unit",
                fail,
                unit,
                phase,
                differences=(CountDifference("total", 16, 15),),
            ),
            _result("integration", fail, integration, phase, seconds=48.0),
            _result(
                "golden-path",
                Expectation.PASS,
                _tests("golden-path", "tests/golden_path", Expectation.PASS),
                phase,
            ),
        ),
        link=PageLink("https://github.com/acme/shop/runs/4711"),
    )


def history(today: date, now: int, weeks: int = 8) -> tuple[CountsOn, ...]:
    """Eight weeks of a team at work: some days nothing, some days a bunch."""
    falls = (0, 3, 1, 0, 2, 0, 0, 4, 0, 1, 2, 0, 0, 0)
    first, days = today - timedelta(weeks=weeks), []
    count = now + sum(falls[day % len(falls)] for day in range(7 * weeks + 1))
    for day in range(7 * weeks + 1):
        count -= falls[day % len(falls)]
        counts = {
            "factory-import": count - 29,
            "dual-import": 25,
            "one-manager": 3,
            "factory-file": 1,
            "old-events": 0,
        }
        days.append(CountsOn(first + timedelta(days=day), f"{day:040x}", counts))
    return tuple(days)


def _planned_files() -> tuple[PlannedFile, ...]:
    touch = Touch(
        rule="factory-import",
        via=Via.STRING,
        symbol="shop.websocket.manager_factory.create_manager",
        location=Location("tests/test_websocket_comprehensive.py", 31),
        must_change=True,
        replacement="shop.websocket.manager.get_manager",
    )
    weak = WeakTest(
        name="test_can_connect",
        weakness=Weakness.SWALLOWED,
        location=Location("tests/test_websocket_comprehensive.py", 88),
        reason="its assertion is inside `except Exception: pass`",
    )
    return (
        PlannedFile(
            path="tests/golden_path/test_chat.py",
            role=FileRole.TESTS,
            action=FileAction.KEEP,
            risk=RiskLevel.HIGH,
            reasons=("guards the golden path", "12 files stand on its fixtures"),
            tests=4,
            cases=4,
            services=Services.REAL,
            categories=("golden-path",),
        ),
        PlannedFile(
            path="tests/test_websocket_comprehensive.py",
            role=FileRole.TESTS,
            action=FileAction.UPDATE,
            risk=RiskLevel.MEDIUM,
            reasons=("imports what goes away",),
            tests=12,
            cases=19,
            services=Services.MOCKED,
            changes=(touch, replace(touch, location=replace(touch.location, line=57))),
            weak=(weak,),
        ),
        PlannedFile(
            path="tests/conftest.py",
            role=FileRole.SUPPORT,
            action=FileAction.UPDATE,
            risk=RiskLevel.MEDIUM,
            reasons=("its fixture `manager` is used by 14 files",),
            tests=0,
            cases=0,
            services=Services.MIXED,
            changes=(replace(touch, location=Location("tests/conftest.py", 12)),),
        ),
        PlannedFile(
            path="tests/unit/test_type_safety.py",
            role=FileRole.TESTS,
            action=FileAction.KEEP,
            risk=RiskLevel.LOW,
            reasons=("names an event only",),
            tests=31,
            cases=31,
            services=Services.NEITHER,
        ),
    )


def planned(phase: Phase = Phase.DETECT) -> TestPlan:
    """What `canon plan` would say of the sample."""
    rules = {rule.id: rule for rule in migration().rules}
    counts = {count.id: count for count in scanned(phase).migrations[0].rules}
    return TestPlan(
        migration=1098,
        title=migration().title,
        phase=phase,
        commit=HEAD,
        config_digest=configured().digest,
        inventory=InventoryTotals(
            files=3,
            support=1,
            tests=47,
            cases=54,
            lines=2_310,
            import_paths=("shop.websocket", "shop.websocket.manager", "shop.websocket.unified"),
            to_change=2,
            high=1,
            medium=2,
            low=1,
            weak=1,
        ),
        import_paths=(
            ("shop.websocket.manager_factory", 22),
            ("shop.websocket.unified", 13),
            ("shop.websocket", 9),
        ),
        habits=TestHabits(
            style=Style.FUNCTIONS,
            directory="tests/unit",
            suffix=False,
            markers=("integration", "real_services"),
        ),
        rules=tuple(
            PlannedRule(
                id=id_,
                kind=rule.kind,
                severity=rule.severity,
                message=rule.message,
                target=rule.target,
                count=counts[id_].count,
                files=counts[id_].files,
                detected_by=()
                if id_ in {"old-events", "one-manager"}
                else ("tests/unit/websocket_factory/test_imports.py",),
            )
            for id_, rule in rules.items()
        ),
        files=_planned_files(),
        missing=(
            MissingTest(
                rule="one-manager",
                kind="single-definition",
                severity=Severity.P0,
                why="no test detects it",
                path="tests/unit/websocket_factory/test_one_manager.py",
                names=("test_there_is_one_manager_class",),
                undetected=True,
                fails_now=True,
                category="unit",
            ),
            MissingTest(
                rule="old-events",
                kind="banned-name",
                severity=Severity.P3,
                why="no test detects it",
                path="tests/unit/websocket_factory/test_old_events.py",
                names=("test_nothing_emits_the_old_way",),
                undetected=True,
                fails_now=False,
                category="unit",
            ),
        ),
        categories=(
            PlannedCategory(
                name="unit",
                detects=True,
                expect=Expectation.FAIL,
                need=Need.NONE,
                need_reasons=(),
                command="pytest tests/unit/websocket_factory -q",
                check="canon test --category unit --migration 1098",
                executor=Executor.SANDBOX,
                now=ExpectedRun(total=15, failing=12, basis="the plan's counts"),
                after=ExpectedRun(total=15, failing=0, basis="all must pass in validate"),
                files=("tests/unit/websocket_factory/test_imports.py",),
                writes=("tests/unit/websocket_factory/test_one_manager.py",),
            ),
            PlannedCategory(
                name="integration",
                detects=True,
                expect=Expectation.FAIL,
                need=Need.REAL_SERVICES,
                need_reasons=("services: postgres, redis",),
                command="pytest tests/integration/websocket -q",
                check="canon test --category integration --migration 1098",
                executor=Executor.ACTIONS,
                now=ExpectedRun(total=3, failing=3, basis="the latest run"),
                after=ExpectedRun(total=3, failing=0, basis="all must pass in validate"),
                services=("postgres", "redis"),
            ),
            PlannedCategory(
                name="golden-path",
                detects=False,
                expect=Expectation.PASS,
                need=Need.NONE,
                need_reasons=(),
                command="pytest tests/golden_path -q",
                check="canon test --category golden-path --migration 1098",
                executor=Executor.SANDBOX,
                now=ExpectedRun(total=4, failing=0, basis="the latest run"),
                after=ExpectedRun(total=4, failing=0, basis="all must pass in validate"),
            ),
            PlannedCategory(
                name="staging",
                detects=False,
                expect=Expectation.PASS,
                need=Need.STAGING,
                need_reasons=("the command names staging",),
                command="pytest tests/e2e/staging -q",
                check="canon test --category staging --migration 1098",
                executor=Executor.ACTIONS,
                now=ExpectedRun(total=None, failing=None, basis="it has not run"),
                after=ExpectedRun(total=None, failing=None, basis="it has not run"),
            ),
        ),
        shares=Shares(keep=35, update=12, write=2),
        caveats=("2 test files could be read in part only",),
    )


def scanned(phase: Phase = Phase.DETECT, imports: int = 124) -> Any:
    """The scan of the sample's head."""
    under = replace(configured(), migrations=(migration(phase),))
    return scan(
        violations(imports),
        of=under,
        skipped=(FileProblem("shop/generated/schema.py", "larger than 1 MiB"),),
        degraded=(FileProblem("shop/scripts/old.py", "syntax error at 12:3"),),
    )


def evidence(
    phase: Phase = Phase.DETECT, imports: int = 124, *, today: date = date(2026, 11, 21)
) -> MigrationEvidence:
    """Everything; in later phases with a history."""
    found = scanned(phase, imports)
    return MigrationEvidence(
        migration=migration(phase),
        scan=found,
        tests=runs(phase),
        test_plan=planned(phase),
        history=history(today, sum(count.count for count in found.migrations[0].rules)),
        codemods=Fixable(fixable=131, violations=151, commit=HEAD),
        probes={
            "staging": ProbeHistory(
                asked=672,
                up=668,
                since=date(2026, 11, 14),
                until=date(2026, 11, 21),
                link=PageLink("https://canon.example.com/probes/staging"),
            )
        },
        coverage={"routing": LinesCovered(covered=871, lines=1_040, commit=HEAD)},
        stated_done={"Agree on the canonical interface": True},
        owners=read(".github/CODEOWNERS", CODEOWNERS),
    )
