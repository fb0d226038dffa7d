"""Which tests a file has, with their markers, fixtures and cases."""

from bot.domain.inventory import ExistingTest
from bot.suites.inventory import role_of
from tests.support.inventories import inventory, only


def collected(source: str) -> dict[str, ExistingTest]:
    file = only(inventory({"tests/test_a.py": f"import pytest, shop.legacy\n{source}"}))
    return {test.name: test for test in file.tests}


def test_functions_and_classes_are_collected_as_pytest_would() -> None:
    found = collected(
        """
def test_a(): ...
async def test_b(): ...
def helper(): ...
def testing(): ...
class TestC:
    def test_d(self): ...
    def helper(self): ...
    class TestInner:
        def test_e(self): ...
class TestWithState:
    def __init__(self): ...
    def test_no(self): ...
class TestNot:
    __test__ = False
    def test_no(self): ...
class Cart:
    def test_no(self): ...
class Carts(unittest.TestCase):
    def test_f(self): ...
class MoreCarts(Carts):
    def test_g(self): ...
class Base(ServerTestBase):
    def test_h(self): ...
if True:
    def test_i(): ...
@pytest.fixture
def test_data(): ...
"""
    )
    assert list(found) == [
        "test_a",
        "test_b",
        "testing",
        "TestC::test_d",
        "TestC::TestInner::test_e",
        "Carts::test_f",
        "MoreCarts::test_g",
        "Base::test_h",
        "test_i",
    ]


def test_markers_come_from_the_function_its_classes_and_its_module() -> None:
    found = collected(
        """
from pytest import mark
pytestmark = [pytest.mark.slow, mark.asyncio(loop_scope="module")]
@pytest.mark.unit
class TestA:
    pytestmark = pytest.mark.db
    @mark.parametrize("x", [1])
    @mark.skipif(True, reason="no")
    def test_a(self, x): ...
"""
    )
    assert found["TestA::test_a"].markers == ("slow", "asyncio", "unit", "db", "skipif")


def test_cases_are_multiplied_where_they_are_written_out() -> None:
    found = collected(
        """
from parameterized import parameterized
@pytest.mark.parametrize("x", [1, 2, 3])
@pytest.mark.parametrize(("a", "b"), ((1, 2), pytest.param(3, 4, id="x")))
def test_six(x, a, b, cart): ...
@pytest.mark.parametrize("x", CASES)
def test_unknown(x): ...
@pytest.mark.parametrize("x", [1, *MORE])
def test_open(x): ...
def test_one(): ...
class TestMore:
    @parameterized.expand([1, 2])
    def test_expanded(self): ...
"""
    )
    assert {name: test.cases for name, test in found.items()} == {
        "test_six": 6,
        "test_unknown": None,
        "test_open": None,
        "test_one": 1,
        "TestMore::test_expanded": None,
    }
    assert found["test_six"].fixtures == ("cart",)
    assert [test.parametrised for test in found.values()] == [True, True, True, False, True]


def test_fixtures_are_the_parameters_that_nobody_else_fills() -> None:
    found = collected(
        """
from unittest.mock import patch
from unittest import mock
from hypothesis import given
@patch("a.b")
@mock.patch.object(X, "y")
@patch("a.c", new=1)
@patch.dict("a.d")
def test_patched(m1, m2, cart, size=3): ...
@given(x=1)
def test_given(x, cart): ...
@given(1)
def test_given_last(cart, x): ...
@pytest.mark.parametrize("cart, x", [(1, 2)], indirect=["cart"])
def test_indirect(cart, x): ...
@pytest.mark.parametrize("cart", [1], indirect=True)
def test_all_indirect(cart): ...
@pytest.mark.usefixtures("db")
class TestA:
    def test_method(self, cart, *, clock): ...
    @staticmethod
    def test_static(cart): ...
class B(unittest.TestCase):
    def test_unittest(self, cart): ...
"""
    )
    assert {name: test.fixtures for name, test in found.items()} == {
        "test_patched": ("cart",),
        "test_given": ("cart",),
        "test_given_last": ("cart",),
        "test_indirect": ("cart",),
        "test_all_indirect": ("cart",),
        "TestA::test_method": ("db", "cart", "clock"),
        "TestA::test_static": ("db", "cart"),
        "B::test_unittest": (),
    }


def test_files_are_told_from_each_other_by_their_paths() -> None:
    roles = {
        path: str(role_of(path))
        for path in (
            "tests/test_a.py",
            "shop/a_test.py",
            "shop/orders/tests.py",
            "shop/conftest.py",
            "tests/helpers.py",
            "test_framework/base.py",
            "shop/testing/fakes.py",
            "shop/contest.py",
            "shop/latest/a.py",
            "tests/data.json",
            "tests/test_a.pyi",
        )
    }
    assert [path for path, role in roles.items() if role == "tests"] == [
        "tests/test_a.py",
        "shop/a_test.py",
        "shop/orders/tests.py",
    ]
    assert [path for path, role in roles.items() if role == "None"] == [
        "shop/contest.py",
        "shop/latest/a.py",
        "tests/data.json",
        "tests/test_a.pyi",
    ]
