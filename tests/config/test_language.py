"""What the keys of canon.yml mean, as values."""

from dataclasses import replace

import msgspec
import pytest

from bot.config import MAIN_FILE, digest
from bot.domain.configuration import Configuration, Limits, Milestone, Place
from bot.domain.decision import Criterion, MeasuredScore, StatedScore
from bot.domain.measure import Figure, Measure
from bot.domain.phase import Phase
from bot.domain.plan import Condition, Operator, Risk, RiskLevel, Step
from bot.domain.probe import CoverageGoal, HttpRequest, Probe, WebSocketExchange
from bot.domain.severity import Severity
from bot.domain.suite import Executor, Expectation, ExpectedCounts, Trigger
from bot.scanner.rules import banned_import
from tests.support.configs import SAMPLES, loaded, loaded_migration, with_migration

COMPLETE = (SAMPLES / "complete.yml").read_text()
COMPLETE_MIGRATION = loaded(COMPLETE).migrations[0]


def test_the_top_level() -> None:
    configuration = loaded(COMPLETE)
    assert configuration.digest == digest({MAIN_FILE: COMPLETE.encode()})
    assert configuration.roots == (".", "services/*/src")
    assert configuration.exclude == ("archive/**",)
    assert configuration.limits == Limits(file_size=512_000, files=20_000, time=90.0)


def test_what_is_left_out_has_its_documented_default() -> None:
    configuration = loaded(with_migration())
    migration = configuration.migrations[0]
    assert configuration.roots == (".", "src")
    assert configuration.include == ("**/*.py", "**/*.pyi")
    assert configuration.limits == Limits(file_size=1024 * 1024, files=200_000, time=300.0)
    assert migration.blocking
    assert migration.decision is None
    assert migration.owners == migration.rules == migration.tests == migration.plan == ()


def test_a_migration_without_a_title_is_called_by_its_issue() -> None:
    configuration = loaded("version: 1\nmigrations: [{issue: 7, phase: done}]\n")
    assert configuration.migrations[0].title == "Issue 7"


def test_a_migration_with_its_people_and_its_stake() -> None:
    assert (COMPLETE_MIGRATION.issue, COMPLETE_MIGRATION.phase) == (412, Phase.MIGRATE)
    assert COMPLETE_MIGRATION.owners == ("@shop/payments", "@robin")
    assert COMPLETE_MIGRATION.impact
    assert COMPLETE_MIGRATION.impact.segments == ("Retail", "Partners")


def test_a_rule_with_the_parameters_of_its_kind() -> None:
    rule = COMPLETE_MIGRATION.rules[0]
    assert rule.parameters == banned_import.Parameters(
        modules=("shop.legacy.checkout",),
        symbols=("shop.orders.old_total",),
        replacement={
            "shop.legacy.checkout.pay": "shop.checkout.pay",
            "shop.orders.old_total": "shop.orders.total",
        },
        strings=True,
        allow=("tests/legacy/**",),
    )
    assert (rule.severity, rule.include, rule.exclude) == (
        Severity.P0,
        ("shop/**",),
        ("shop/vendored/**",),
    )
    assert rule.targets == {Phase.MIGRATE: 120, Phase.VALIDATE: 0}
    assert rule.milestones[1] == Milestone(until="2027-03-01", at_most=10)
    assert rule.place == Place(MAIN_FILE, 19, 9)


def test_one_glob_may_stand_for_a_list_of_one() -> None:
    assert COMPLETE_MIGRATION.rules[2].parameters.files == ("**/cart.py",)


@pytest.mark.parametrize(
    ("expect", "by_phase"),
    [
        ("detects", ["fail", "any", "pass", "pass"]),
        ("guards", ["pass", "pass", "pass", "pass"]),
        ("{migrate: any}", ["pass", "any", "pass", "pass"]),
        ("{detect: fail, done: any}", ["fail", "pass", "pass", "any"]),
    ],
)
def test_what_a_category_expects_in_each_phase(expect: str, by_phase: list[str]) -> None:
    category = loaded_migration(f"tests: [{{category: u, run: x, expect: {expect}}}]").tests[0]
    assert [category.expect[phase] for phase in Phase] == [Expectation(each) for each in by_phase]


def test_a_test_category_in_the_sandbox() -> None:
    category = COMPLETE_MIGRATION.tests[0]
    assert category.executor is Executor.SANDBOX
    assert category.timeout == 600.0
    assert category.when == tuple(Trigger)
    assert category.counts == ExpectedCounts(total=15, failing=12)
    assert (category.workflow, category.services) == (None, ())


def test_a_test_category_on_actions_has_a_workflow() -> None:
    category = COMPLETE_MIGRATION.tests[1]
    assert (category.executor, category.workflow) == (Executor.ACTIONS, "canon-tests.yml")
    assert category.services == ("postgres",)


def test_probes() -> None:
    assert COMPLETE_MIGRATION.probes == (
        Probe(
            name="shop",
            within=2.0,
            every=900.0,
            alert_below=0.99,
            http=HttpRequest(url="https://staging.shop.example/health", status=204),
        ),
        Probe(
            name="order-events",
            within=30.0,
            every=900.0,
            alert_below=0.955,
            websocket=WebSocketExchange(
                url="wss://staging.shop.example/events",
                send='{"type": "ping"}',
                expect_in_order=("order_placed", "order_paid"),
            ),
        ),
    )


def test_coverage() -> None:
    assert COMPLETE_MIGRATION.coverage == (
        CoverageGoal(
            name="checkout", file="coverage.xml", paths=("shop/checkout/**",), at_least=0.95
        ),
    )


def test_the_decision_matrix() -> None:
    decision = COMPLETE_MIGRATION.decision
    assert decision
    assert (decision.proceed_at, decision.hold_below) == (0.85, 0.6)
    assert decision.criteria[1:] == (
        Criterion(
            name="Remaining",
            weight=1.5,
            measured=MeasuredScore(
                measure=Measure(Figure.VIOLATIONS_RULE, "legacy-import"),
                scale=((0, 10), (40, 5), (120, 0)),
            ),
        ),
        Criterion(
            name="Value",
            weight=1.0,
            stated=StatedScore(score=9.5, evidence="Finance sheet of May", by="@robin"),
        ),
    )


def test_the_plan_and_the_risks() -> None:
    assert COMPLETE_MIGRATION.plan[1] == Step(
        phase=Phase.VALIDATE,
        title="Watch the events",
        done_when=Condition(
            measure=Measure(Figure.PROBE_UP, "order-events"), operator=Operator.AT_LEAST, value=0.99
        ),
    )
    assert COMPLETE_MIGRATION.risks == (
        Risk(risk="Partners pin the old endpoint"),
        Risk(
            risk="Refunds use the old table",
            level=RiskLevel.HIGH,
            mitigation="Keep it readable for a year",
        ),
    )


def test_success_without_an_operator_is_few_violations_and_high_shares() -> None:
    wanted = [
        (each.condition.operator, each.condition.value) for each in COMPLETE_MIGRATION.success
    ]
    assert wanted == [
        (Operator.AT_MOST, 0.0),
        (Operator.AT_LEAST, 0.99),
        (Operator.AT_LEAST, 0.95),
        (Operator.EQUAL, 1.0),
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("90s", 90), ("1h30m", 5400), ("1d", 86400), ("1.5h", 5400)],
)
def test_durations(text: str, seconds: float) -> None:
    configuration = loaded(f"version: 1\nmigrations: []\nlimits: {{time: {text}}}\n")
    assert configuration.limits.time == seconds


@pytest.mark.parametrize(
    ("text", "size"), [("1000", 1000), ("2 KiB", 2048), ("3kB", 3000), ("1GiB", 1024**3)]
)
def test_sizes(text: str, size: int) -> None:
    configuration = loaded(f"version: 1\nmigrations: []\nlimits: {{file_size: {text}}}\n")
    assert configuration.limits.file_size == size


def test_values_survive_a_round_trip_through_msgpack() -> None:
    migration = replace(COMPLETE_MIGRATION, rules=())  # their parameters are their kind's business
    configuration = replace(loaded(COMPLETE), migrations=(migration,))
    encoded = msgspec.msgpack.encode(configuration)
    assert msgspec.msgpack.decode(encoded, type=Configuration) == configuration
