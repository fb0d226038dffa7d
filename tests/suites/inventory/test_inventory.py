"""An inventory as a whole: risks, services, sums, and what could not be read."""

import itertools
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.configuration import Rule
from bot.domain.errors import LimitExceededError
from bot.domain.inventory import FileRole, Inventory, Services, Via
from bot.domain.phase import Phase
from bot.domain.plan import RiskLevel
from bot.domain.scan import FileProblem
from bot.domain.severity import Severity
from bot.domain.suite import Category, Expectation
from bot.suites.inventory import take_inventory
from tests.support.inventories import by_path, inventory, legacy, only
from tests.support.scans import migration

REAL = "import pytest\n@pytest.mark.real_services\n"
SMOKE = "import pytest\npytestmark = pytest.mark.smoke\n"
USES = "from shop.legacy import Cart\ndef test_a():\n    assert Cart()\n"
GUARDS = dict.fromkeys(Phase, Expectation.PASS)
DETECTS = {**GUARDS, Phase.DETECT: Expectation.FAIL}


def category(
    run: str, *, expect: dict[Phase, Expectation] = GUARDS, listed: tuple[str, ...] = ()
) -> Category:
    return Category(name="unit", run=run, expect=expect, timeout=60, listed=listed)


def risk(
    path: str = "tests/a/test_a.py", source: str = USES, *tests: Category
) -> tuple[RiskLevel, str]:
    file = only(inventory({path: source}, tests=tests))
    return file.risk, file.reasons[0]


def test_a_test_whose_import_must_change_is_a_medium_risk() -> None:
    assert risk() == (RiskLevel.MEDIUM, "1 import must change: shop.legacy.Cart")


def test_a_test_that_uses_the_new_path_only_is_a_low_risk() -> None:
    source = USES.replace("shop.legacy", "shop.orders")
    assert risk(source=source) == (RiskLevel.LOW, "nothing in it must change")


@pytest.mark.parametrize(
    "run",
    [
        "pytest tests/a",
        "pytest -q tests/a/ --junitxml={junit}",
        "pytest ./tests/a/test_a.py",
        "pytest 'tests/a/test_a.py::test_a'",
        "cd . && pytest tests",
    ],
)
def test_a_test_that_a_guarding_category_runs_by_name_is_a_high_risk(run: str) -> None:
    level, reason = risk("tests/a/test_a.py", USES, category(run))
    assert (level, reason) == (
        RiskLevel.HIGH,
        "category unit, which guards the migration, runs it",
    )


@pytest.mark.parametrize(
    "given_category",
    [
        category("pytest"),
        category("pytest ."),
        category("pytest tests/ab tests/a/test_ab.py"),
        category("pytest tests/a", expect=DETECTS),
    ],
)
def test_other_categories_make_no_risk_of_it(given_category: Category) -> None:
    assert risk("tests/a/test_a.py", USES, given_category)[0] is RiskLevel.MEDIUM


def test_a_listed_test_belongs_to_its_category() -> None:
    listed = category("make test", expect=DETECTS, listed=("tests/test_a.py::test_a",))
    file = only(inventory({"tests/test_a.py": USES}, tests=(listed,)))
    assert file.categories == ("unit",)


@pytest.mark.parametrize(
    ("path", "source", "reason"),
    [
        ("tests/mission_critical/test_a.py", USES, "called critical: mission_critical"),
        ("tests/test_a_critical.py", USES, "called critical: test_a_critical.py"),
        ("tests/test_a.py", f"{SMOKE}{USES}", "called critical: marker smoke"),
    ],
)  # fmt: skip
def test_what_is_called_critical_is_a_high_risk(path: str, source: str, reason: str) -> None:
    assert risk(path, source) == (RiskLevel.HIGH, reason)


def test_a_test_that_checks_every_event_of_a_grave_rule_is_a_high_risk() -> None:
    events = SimpleNamespace(events=("started", "completed"), emitters=(), calls=())
    rule = Rule(id="events", kind="event-contract", parameters=events, severity=Severity.P0)
    files = {
        "tests/test_all.py": "def test_a(log):\n    assert log == ['started', 'completed']\n",
        "tests/test_one.py": "def test_a(log):\n    assert log == ['started']\n",
    }
    found = by_path(inventory(files, rule))
    assert found["tests/test_all.py"].reasons == ("checks all 2 events of events (P0)",)
    assert found["tests/test_one.py"].risk is RiskLevel.LOW
    minor = by_path(inventory(files, replace(rule, severity=Severity.P2)))
    assert minor["tests/test_all.py"].risk is RiskLevel.LOW


def test_a_test_that_says_what_it_detects_is_listed_and_no_guard() -> None:
    events = SimpleNamespace(events=("started", "completed"), emitters=(), calls=())
    rule = Rule(id="events", kind="event-contract", parameters=events, severity=Severity.P0)
    shared = Rule(id="shared", kind="shared-state", parameters=None)
    source = """
        # canon: detects[events, shared, of-another]
        def test_a(tree):
            assert {"started", "completed"} <= tree.emitted()
        """
    file = only(inventory({"tests/test_a.py": source}, rule, shared))
    assert (file.risk, file.reasons) == (RiskLevel.LOW, ("detects events, shared",))
    declared = [one for one in file.touches if one.via is Via.DETECTS]
    assert [(one.rule, one.location.line) for one in declared] == [("events", 2), ("shared", 2)]


@pytest.mark.parametrize(
    ("source", "services", "evidence"),
    [
        ("from unittest import mock\nx = mock.Mock()\n", Services.MOCKED, "unittest.mock.Mock"),
        ("def test_a(monkeypatch): ...\n", Services.MOCKED, "fixture monkeypatch"),
        ("class FakeSocket: ...\n", Services.MOCKED, "class FakeSocket"),
        ("import websockets as w\nx = w.connect('x')\n", Services.REAL, "websockets.connect"),
        ("import docker as d\nc = d.from_env()\n", Services.REAL, "docker.from_env"),
        ("import socket\ns = socket.socket()\n", Services.REAL, "socket.socket"),
        (f"{REAL}def test_a(): ...\n", Services.REAL, "marker real_services"),
        ("def test_a(real_database): ...\n", Services.REAL, "fixture real_database"),
        ("import socket\ndef test_a(e=socket.timeout): ...\n", Services.NEITHER, None),
        ("import httpx\nhttpx.Client(transport=httpx.MockTransport(1))\n", Services.NEITHER, None),
        ("import redis, mock\nredis.Redis()\nmock.patch('x')\n", Services.MIXED, "redis.Redis"),
    ],
)  # fmt: skip
def test_doubles_and_real_services_are_told_apart_with_evidence(
    source: str, services: Services, evidence: str | None
) -> None:
    file = only(inventory({"tests/test_a.py": f"import shop.legacy\n{source}"}))
    assert file.services is services
    assert evidence in [*(one.what for one in file.evidence), None]


def test_evidence_in_fixtures_that_lead_to_the_migration_counts_with_its_place() -> None:
    conftest = """
        import pytest, websockets, shop.legacy
        @pytest.fixture
        def socket():
            return websockets.connect(shop.legacy.URL)
        """
    files = {"tests/conftest.py": conftest, "tests/test_a.py": "def test_a(socket): ...\n"}
    (evidence,) = by_path(inventory(files))["tests/test_a.py"].evidence
    assert (evidence.real, str(evidence.location)) == (True, "tests/conftest.py:5")


def test_the_sums_count_files_tests_cases_paths_risks_and_weaknesses() -> None:
    files = {
        "tests/conftest.py": "import pytest, shop.legacy\n\ndef x(): shop.legacy.a()\n",
        "tests/test_a.py": USES,
        "tests/test_b.py": (
            "import pytest\nfrom shop.orders import Cart\n"
            "@pytest.mark.parametrize('x', [1, 2])\ndef test_a(x): Cart(x)\n"
        ),
        "tests/test_c.py": "def test_a(): assert 1 == 2\n",
    }
    found = inventory(files)
    totals = found.totals
    assert str(totals) == "2 files, 2 import paths"
    assert totals.import_paths == ("shop.legacy", "shop.orders")
    assert (totals.support, totals.tests, totals.cases, totals.lines) == (1, 2, 3, 10)
    assert (totals.high, totals.medium, totals.low) == (0, 2, 1)
    assert (totals.to_change, totals.weak, found.considered) == (2, 1, 4)


def test_files_come_riskiest_first_and_then_by_path() -> None:
    files = {"tests/smoke/test_b.py": USES, "tests/test_a.py": USES, "tests/test_0.py": USES}
    paths = [file.path for file in inventory(files).files]
    assert paths == ["tests/smoke/test_b.py", "tests/test_0.py", "tests/test_a.py"]


def test_a_file_that_does_not_parse_still_shows_its_imports() -> None:
    found = inventory({"tests/test_a.py": "from shop.legacy import Cart\ndef test_a(:\n"})
    file = only(found)
    assert found.degraded == (FileProblem("tests/test_a.py", "syntax error at 2:12"),)
    assert (file.degraded, file.role, file.import_paths) == (True, FileRole.TESTS, ("shop.legacy",))
    assert file.risk is RiskLevel.MEDIUM


def test_a_file_that_does_not_parse_and_cannot_matter_is_not_mentioned() -> None:
    assert inventory({"tests/test_a.py": "def test_a(:\n"}).degraded == ()


def test_files_that_are_no_text_are_listed_as_skipped() -> None:
    binary = b"\x00\xff\xfeshop.legacy"
    lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n"
    found = inventory({"tests/test_a.py": binary, "tests/test_b.py": lfs})
    assert [one.path for one in found.skipped] == ["tests/test_a.py", "tests/test_b.py"]
    assert (found.files, found.considered) == ((), 2)


def test_files_that_are_no_tests_are_passed_over() -> None:
    found = inventory({"shop/orders.py": USES, "README.md": "shop.legacy", "tests/a.txt": USES})
    assert (found.files, found.considered) == ((), 0)


def test_more_tests_than_can_be_held_are_refused() -> None:
    endless = ((f"tests/test_{number}.py", b"#" * (1 << 20)) for number in itertools.count())
    with pytest.raises(LimitExceededError, match="more than 4 MiB of tests"):
        take_inventory(migration(legacy()), endless, roots=["."], largest=4 << 20)


@pytest.mark.parametrize(
    "source",
    [
        "x" + ".y" * 200_000,
        "-" * 200_000 + "1",
        "(" * 100_000,
        "f" + "()" * 100_000,
        "if x: pass\n" + "elif x: pass\n" * 30_000,
        "not " * 100_000 + "x",
        "x = " + "[" * 90 + "]" * 90,
        "def test_a(): assert " + " + ".join(["x"] * 900),
        "def test_a():\n    assert " + "x.y" + ".z" * 900 + " is x",
        "class A(A): ...\nclass B(B): ...\nclass TestC(B): \n    def test_a(self): self.x()\n",
        "@" + "a." * 900 + "b\ndef test_a(): ...\n",
    ],
    ids=range(11),
)
def test_code_that_would_break_a_parser_or_a_walk_does_no_harm(source: str) -> None:
    found = inventory({"tests/test_a.py": f"import shop.legacy\n{source}\n"})
    assert only(found).import_paths == ("shop.legacy",)


WORDS = [
    "shop", "legacy", "Cart", "import", "from", "def", "test_a():", ".", "@", "pytest", "fixture",
    "class", "TestA:", "(", ")", "'", '"""', "=", "try:", "except:", "\\", ";", "é", "assert", "\n",
    "    ",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.binary(max_size=40))
def test_any_text_gives_an_inventory(words: list[str], more: bytes) -> None:
    source = " ".join(words).encode() + more
    found = inventory({"tests/test_a.py": source, "tests/conftest.py": source})
    assert isinstance(found, Inventory)


@pytest.mark.parametrize("ends", ["legacy.x()", "1"])
def test_long_chains_of_helpers_take_time_in_proportion(ends: str) -> None:
    names = [f"helper_{number}" for number in range(4_000)]
    lines = [f"def {one}(): return {other}() or {ends}" for one, other in itertools.pairwise(names)]
    last = f"def {names[-1]}(): return legacy.x()"
    files = {"tests/helpers.py": "\n".join(["from shop import legacy", *lines, last])}
    for number in range(50):
        test = f"from tests.helpers import {names[number]} as x\ndef test_a(): x()"
        files[f"tests/test_{number}.py"] = test
    start = time.process_time()
    assert inventory(files).totals.files == 50
    assert time.process_time() - start < 10
