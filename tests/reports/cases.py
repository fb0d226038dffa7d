"""The situations whose rendered reports stand in tests/golden: one function each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.decide.ratchet import compare
from bot.domain.comparison import Comparison
from bot.domain.configuration import Configuration
from bot.domain.errors import (
    ConfigurationInvalidError,
    ConfigurationProblem,
    CouldNotCheckError,
    DeadlineExceededError,
)
from bot.domain.phase import Phase
from bot.domain.publication import Publication
from bot.domain.scan import FileProblem
from bot.domain.severity import Severity
from bot.domain.violation import Violation
from bot.reports.pull_request import (
    InvalidChange,
    RemovedChange,
    ReportContext,
    ValidChange,
    failed,
    preview,
    preview_invalid,
    publication,
)
from tests.reports.tested_cases import failed as failed_test
from tests.reports.tested_cases import guard, of, passing, waiting
from tests.support.scans import (
    BASE,
    DIGEST,
    HEAD,
    MERGE_BASE,
    WAIVER,
    configuration,
    migration,
    numbered,
    rule,
    scan,
    violation,
)

CONTEXT = ReportContext(
    repository="acme/shop",
    web_url="https://github.com",
    subject="pull request 7",
    base=BASE,
    head=HEAD,
    merge_base=MERGE_BASE,
    config_digest=DIGEST,
    config_paths=(".github/canon.yml",),
    version="0.1.0",
    at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
)
FACTORY = "The manager factory is going away; users are isolated by `UserContext` instead"
RULES = (
    rule("factory-import"),
    rule("dual-import", kind="dual-import", severity=Severity.P1),
    rule("one-manager-file", kind="single-file", severity=Severity.P1),
)
UNDER = configuration(migration(*RULES))
PROBLEMS = ConfigurationInvalidError(
    [
        ConfigurationProblem(
            path=".github/canon.yml",
            line=12,
            column=5,
            message="unknown key `phrase`",
            hint="did you mean `phase`?",
        ),
        ConfigurationProblem(
            path=".github/canon.yml",
            line=19,
            column=17,
            message="`P7` is no severity",
            expected="`P0`, `P1`, `P2` or `P3`",
        ),
    ]
)


def factory_imports(count: int, folder: str = "netra_backend/app/routes") -> list[Violation]:
    return [
        violation(
            f"{folder}/handler_{n:03}.py",
            12 + n,
            symbol="netra_backend.app.websocket_core.websocket_manager_factory.create_manager",
            message=FACTORY,
            replacement="netra_backend.app.websocket_core.manager.WebSocketManager",
        )
        for n in range(count)
    ]


def dual_imports(count: int) -> list[Violation]:
    return [
        violation(
            f"netra_backend/app/agents/agent_{n:03}.py",
            7,
            rule="dual-import",
            severity=Severity.P1,
            symbol="netra_backend.app.websocket_core.unified_manager",
            message="Imports two managers: their users do not see each other's events",
            replacement=None,
        )
        for n in range(count)
    ]


def manager_files(*paths: str) -> list[Violation]:
    return [
        violation(
            path,
            1,
            column=1,
            rule="one-manager-file",
            severity=Severity.P1,
            symbol=path,
            message="There is one manager, in `manager.py`",
            replacement=None,
        )
        for path in paths
    ]


def compared(
    base: Sequence[Violation],
    head: Sequence[Violation],
    under: Configuration = UNDER,
    **head_settings: Any,
) -> Comparison:
    return compare(
        under,
        scan(numbered(base), of=under, commit=MERGE_BASE),
        scan(numbered(head), of=under, **head_settings),
        {},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=date(2026, 11, 21),
    )


def published(
    base: Sequence[Violation],
    head: Sequence[Violation],
    under: Configuration = UNDER,
    **head_settings: Any,
) -> Publication:
    comparison = compared(base, head, under, **head_settings)
    return publication(comparison, scan(numbered(head), of=under, **head_settings), CONTEXT)


OLD = [*factory_imports(124), *dual_imports(25), *manager_files("netra_backend/app/manager2.py")]
NEW = factory_imports(3, "netra_backend/app/services")


def adds() -> Publication:
    return published(OLD, [*OLD, *NEW])


def removes() -> Publication:
    return published(OLD, OLD[7:])


def mixed() -> Publication:
    new_files = manager_files("netra_backend/app/websocket_core/connection_manager.py")
    return published(OLD, [*OLD[7:], *NEW, *new_files, *dual_imports(27)[25:]])


def finishes() -> Publication:
    return published(OLD, [])


def nothing() -> Publication:
    return published(OLD, OLD)


def detect() -> Publication:
    under = configuration(migration(*RULES, phase=Phase.DETECT))
    return published(OLD, [*OLD[2:], *NEW], under)


def not_blocking() -> Publication:
    under = configuration(migration(*RULES, blocking=False))
    return published(OLD, [*OLD, *NEW], under)


def over_target() -> Publication:
    under = configuration(migration(*RULES, phase=Phase.DONE))
    return published(OLD[:2], OLD[:2], under)


def waived() -> Publication:
    excused = replace(NEW[0], waiver=WAIVER)
    return published(OLD, [*OLD, excused])


def unchecked() -> Publication:
    skipped = [FileProblem(OLD[0].path, "larger than 1 MiB")]
    return published(OLD, OLD[1:], skipped=skipped)


def unchecked_rule() -> Publication:
    found = scan(numbered(OLD[1:]), of=UNDER)
    (counts,) = found.migrations
    why = "`lint` was not run: the code comes from a fork; comment `/canon ok-to-test a1a1a1a1a1a1`"
    first, *rest = counts.rules
    rules = (replace(first, unchecked=why), *rest)
    head = replace(found, migrations=(replace(counts, rules=rules),))
    comparison = compare(
        UNDER,
        scan(numbered(OLD), of=UNDER, commit=MERGE_BASE),
        head,
        {},
        merge_base=MERGE_BASE,
        base_commit=BASE,
        head_commit=HEAD,
        today=date(2026, 11, 21),
    )
    return publication(comparison, head, CONTEXT)


def two_migrations() -> Publication:
    other = migration(
        rule("legacy-client", severity=Severity.P2),
        issue=1200,
        title="One HTTP client",
        phase=Phase.VALIDATE,
    )
    under = configuration(migration(*RULES), other)
    client = violation("shop/http.py", 4, migration=1200, rule="legacy-client", symbol="shop.old")
    return published([*OLD, client], [*OLD[5:], client], under)


def huge() -> Publication:
    return published(OLD, [*OLD, *factory_imports(10_000, "generated")])


def error() -> Publication:
    return failed(CouldNotCheckError("git fetch failed with status 128: early EOF"), CONTEXT)


def late() -> Publication:
    return failed(DeadlineExceededError("no end within 10 minutes"), CONTEXT, blocking=False)


def broken_configuration() -> Publication:
    return failed(PROBLEMS, CONTEXT)


def first_configuration() -> Publication:
    return preview(UNDER, scan(numbered(OLD), of=UNDER), CONTEXT)


def first_configuration_invalid() -> Publication:
    return preview_invalid(PROBLEMS, CONTEXT)


def _with_change(change: Any) -> Publication:
    head = numbered(OLD[7:])
    return publication(compared(OLD, head), scan(head, of=UNDER), CONTEXT, change)


def changes_configuration() -> Publication:
    weaker = rule("factory-import", target=40, exclude=("netra_backend/app/routes/handler_00*",))
    after = configuration(
        migration(weaker, rule("no-singletons"), phase=Phase.DETECT), digest="0c" * 32
    )
    found = numbered(OLD[10:124])
    comparison = compared(found, [*found, *NEW], after)
    head = scan([*found, *NEW], of=after)
    return _with_change(ValidChange(before=UNDER, after=after, comparison=comparison, head=head))


def breaks_configuration() -> Publication:
    return _with_change(InvalidChange(PROBLEMS))


def removes_configuration() -> Publication:
    return _with_change(RemovedChange())


def tests_fail() -> Publication:
    tests = of(
        guard(
            [
                failed_test("tests/test_a.py::test_one[a|b]", "AssertionError: assert 2 == 1"),
                failed_test("tests/test_b.py::TestB::test_two", "ImportError: no module"),
            ],
            "FAILED tests/test_a.py::test_one[a|b]\n    assert 2 == 1\n2 failed, 13 passed\n",
        ),
        passing(untrusted=True),
    )
    return publication(compared([], []), scan([], of=UNDER), CONTEXT, None, tests)


def tests_wait() -> Publication:
    return publication(compared([], []), scan([], of=UNDER), CONTEXT, None, waiting())


CASES: Mapping[str, Callable[[], Publication]] = {
    case.__name__: case
    for case in (
        adds,
        removes,
        mixed,
        finishes,
        nothing,
        detect,
        not_blocking,
        over_target,
        waived,
        unchecked,
        unchecked_rule,
        two_migrations,
        huge,
        error,
        late,
        broken_configuration,
        first_configuration,
        first_configuration_invalid,
        changes_configuration,
        breaks_configuration,
        removes_configuration,
        tests_fail,
        tests_wait,
    )
}
