"""Tests that prove nothing are named, and sound ones are left alone."""

from textwrap import dedent, indent

import pytest

from bot.domain.inventory import Weakness, WeakTest
from tests.support.inventories import Files, by_path, inventory

HEAD = """\
import asyncio, contextlib, logging, pytest, unittest
from unittest.mock import AsyncMock, MagicMock, Mock, patch
from unittest import mock
from shop.legacy import Cart
"""


def weak(source: str, more: Files | None = None) -> list[WeakTest]:
    files = {"tests/test_a.py": f"{HEAD}{dedent(source)}", **(more or {})}
    return list(by_path(inventory(files))["tests/test_a.py"].weak)


def weakness(body: str, *, of_class: str = "") -> Weakness | None:
    statements = indent(dedent(body).strip("\n"), "    ")
    test = f"def test_a({'self' if of_class else ''}):\n{statements}\n"
    source = f"class TestA({of_class}):\n{indent(test, '    ')}" if of_class else test
    found = weak(source)
    assert len(found) < 2
    return found[0].weakness if found else None


@pytest.mark.parametrize(
    "body",
    [
        "assert Cart().total() == 3",
        "assert Cart()",
        "assert (yield 1)",
        "with pytest.raises(ValueError):\n    Cart(3)",
        "pytest.fail('no')",
        "if not Cart().total():\n    raise AssertionError",
        "m = Mock()\nCart(m).send()\nm.send.assert_called_once_with(1)",
        "x = Cart()\nassert x == x",
        "assert not Cart().total()",
        "assert True\nassert Cart().total()",
        "assert Cart().total() or None",
        "try:\n    Cart()\nexcept ValueError:\n    pass\nelse:\n    assert Cart.made",
        "try:\n    assert Cart()\nexcept ValueError:\n    pass",
        "try:\n    assert Cart()\nexcept Exception:\n    raise",
        "try:\n    assert Cart()\nexcept Exception as error:\n    pytest.fail(str(error))",
        "e = []\ntry:\n    assert Cart()\nexcept Exception as x:\n    e.append(x)\nassert not e",
        "try:\n    Cart()\nfinally:\n    assert Cart.closed",
        "with contextlib.suppress(ValueError):\n    assert Cart()",
        "def check():\n    assert Cart()\ncheck()",
        "expect(page).to_have_title('x')",
        "client.verify_all()",
        "if Cart.missing:\n    pytest.skip('no cart')\nassert Cart()",
        "eq_(Cart().total(), 3)",
    ],
)
def test_a_test_that_can_fail_for_a_reason_is_sound(body: str) -> None:
    assert weakness(body) is None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Cart().total()", Weakness.NO_ASSERTION),
        ("x = Cart().total()\nprint(x)", Weakness.NO_ASSERTION),
        ("pass", Weakness.EMPTY),
        ("...", Weakness.EMPTY),
        ("'''Some day.'''", Weakness.EMPTY),
        ("'''Some day.'''\nreturn\nassert Cart()", Weakness.EMPTY),
        ("assert True", Weakness.CONSTANT_ASSERTION),
        ("Cart().total()\nassert True, 'reached'", Weakness.CONSTANT_ASSERTION),
        ("Cart()\nassert 1 == 1", Weakness.CONSTANT_ASSERTION),
        ("Cart()\nassert 'x'", Weakness.CONSTANT_ASSERTION),
        ("Cart()\nassert (Cart().total(), 'wrong')", Weakness.CONSTANT_ASSERTION),
        ("Cart()\nassert not False", Weakness.CONSTANT_ASSERTION),
        ("Cart()\nassert Cart().total() == 3 or True", Weakness.CONSTANT_ASSERTION),
        ("x = Cart()\nassert x is x", Weakness.CONSTANT_ASSERTION),
        ("Cart()\nassert [1] is not None", Weakness.CONSTANT_ASSERTION),
        ("try:\n    assert Cart()\nexcept Exception:\n    pass", Weakness.SWALLOWED),
        ("try:\n    assert Cart()\nexcept:\n    print('no')", Weakness.SWALLOWED),
        ("try:\n    assert Cart()\nexcept AssertionError as e:\n    log(e)", Weakness.SWALLOWED),
        ("try:\n    assert Cart()\nexcept Exception:\n    pytest.skip('no')", Weakness.SWALLOWED),
        ("try:\n    if x:\n        assert x\nexcept (A, Exception):\n    0", Weakness.SWALLOWED),
        ("with contextlib.suppress(Exception):\n    assert Cart()", Weakness.SWALLOWED),
        ("x = None\ntry:\n    x = Cart()\nexcept Exception:\n    pass", Weakness.SWALLOWED),
        ("m = Mock()\nm.send(1)\nm.send.assert_called_once_with(1)", Weakness.MOCK_ONLY),
        ("m = AsyncMock(return_value=3)\nassert asyncio.run(m()) == 3", Weakness.MOCK_ONLY),
        ("with patch('shop.legacy.Cart') as c:\n    c()\n    assert c.called", Weakness.MOCK_ONLY),
        ("m = mock.MagicMock(x=1)\nassert m.x == 1", Weakness.MOCK_ONLY),
        ("pytest.skip('later')\nassert Cart()", Weakness.ALWAYS_SKIPPED),
        ("'''Later.'''\nraise unittest.SkipTest", Weakness.ALWAYS_SKIPPED),
    ],
)  # fmt: skip
def test_each_weakness_is_seen(body: str, found: Weakness) -> None:
    assert weakness(body) is found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("self.assertEqual(Cart().total(), 3)", None),
        ("self.assertEqual(3, 3)", Weakness.CONSTANT_ASSERTION),
        ("self.assertTrue(True)", Weakness.CONSTANT_ASSERTION),
        ("self.assertTrue(Cart())", None),
        ("self.assertFalse(None)", Weakness.CONSTANT_ASSERTION),
        ("self.assertIs(self, self)", Weakness.CONSTANT_ASSERTION),
        ("self.assertIsNotNone('x')", Weakness.CONSTANT_ASSERTION),
        ("x = Cart()\nself.assertEqual(x, x)", None),
        ("self.skipTest('later')", Weakness.ALWAYS_SKIPPED),
        ("m = Mock()\nm()\nself.assertTrue(m.called)", Weakness.MOCK_ONLY),
        ("m = Mock()\nself.cart(m)\nself.assertTrue(m.called)", None),
    ],
)
def test_methods_of_unittest_are_judged_alike(body: str, found: Weakness | None) -> None:
    assert weakness(body, of_class="unittest.TestCase") is found


@pytest.mark.parametrize(
    "source",
    [
        "@pytest.mark.skip\ndef test_a(): assert Cart()",
        "@pytest.mark.skip(reason='x')\ndef test_a(): assert Cart()",
        "@pytest.mark.skipif(True, reason='x')\ndef test_a(): assert Cart()",
        "@pytest.mark.skipif(condition=1, reason='x')\ndef test_a(): assert Cart()",
        "@unittest.skipUnless(False, 'x')\ndef test_a(): assert Cart()",
        "@unittest.skip('x')\nclass TestA:\n    def test_a(self): assert Cart()",
        "class TestA:\n    pytestmark = [pytest.mark.skip]\n    def test_a(self): assert Cart()",
        "pytestmark = pytest.mark.skip\ndef test_a(): assert Cart()",
        "pytest.skip('x', allow_module_level=True)\ndef test_a(): assert Cart()",
        "raise unittest.SkipTest('x')\ndef test_a(): assert Cart()",
    ],
)
def test_what_is_skipped_wherever_it_runs_is_told(source: str) -> None:
    assert [one.weakness for one in weak(source)] == [Weakness.ALWAYS_SKIPPED]


@pytest.mark.parametrize(
    "source",
    [
        "@pytest.mark.skipif(sys.platform == 'x', reason='x')\ndef test_a(): assert Cart()",
        "@pytest.mark.skipif(False, reason='x')\ndef test_a(): assert Cart()",
        "@unittest.skipUnless(True, 'x')\ndef test_a(): assert Cart()",
        "if x:\n    pytest.skip('x', allow_module_level=True)\ndef test_a(): assert Cart()",
    ],
)
def test_what_is_skipped_only_somewhere_is_not_called_skipped(source: str) -> None:
    assert weak(source) == []


def test_assertions_in_helpers_fixtures_bases_and_decorators_count() -> None:
    helpers = """
        import contextlib
        def deep(x): return check_it(x)
        def check_it(x): assert x
        @contextlib.contextmanager
        def watching():
            yield
            assert 1 == 2
        def harmless(x): return x
        class Base:
            def is_full(self): assert self.cart
        """
    source = """
        from tests.helpers import Base, deep, harmless, watching
        from elsewhere import Unknown
        @pytest.fixture
        def strict():
            yield 1
            assert Cart.closed
        def wrapped(function):
            def inner():
                assert function()
            return inner
        def test_deep(): deep(Cart())
        def test_context():
            with watching():
                Cart()
        def test_fixture(strict): Cart()
        @wrapped
        def test_decorated(): return Cart()
        def test_harmless(): harmless(Cart())
        class TestOwn(Base):
            def ask(self): self.is_full()
            def test_own(self): self.ask()
            def test_none(self): self.cart = Cart()
        class TestForeign(Unknown):
            def test_inherited(self): self.something()
            def test_super(self): super().test_super()
        """
    found = weak(source, {"tests/helpers.py": dedent(helpers)})
    assert [(one.name, one.weakness) for one in found] == [
        ("test_harmless", Weakness.NO_ASSERTION),
        ("TestOwn::test_none", Weakness.NO_ASSERTION),
    ]


def test_a_weak_test_is_told_with_its_place_and_the_reason() -> None:
    (found,) = weak("def test_a():\n    try:\n        assert Cart()\n    except Exception: pass\n")
    assert str(found.location) == "tests/test_a.py:8"
    assert found.told == "cannot fail: what its assertions raise is caught on line 8"


def test_a_helper_that_calls_itself_comes_to_an_end() -> None:
    found = weak("def again(): again()\ndef test_a(): again()\n")
    assert [one.weakness for one in found] == [Weakness.NO_ASSERTION]
