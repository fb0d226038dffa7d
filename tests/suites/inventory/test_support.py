"""Tests that meet a migration through conftest.py and helper modules."""

from bot.domain.inventory import FileRole, FixtureUse
from bot.domain.plan import RiskLevel
from tests.support.inventories import by_path, inventory

CONFTEST = """
    import pytest
    from shop.legacy import Cart

    @pytest.fixture
    def cart():
        return Cart()

    @pytest.fixture
    def full_cart(cart):
        return cart.filled()

    @pytest.fixture
    def clock():
        return 1
    """
USES_FIXTURE = "def test_a(full_cart):\n    assert full_cart.total()\n"
USES_NO_FIXTURE = "def test_a(clock):\n    assert clock\n"


def test_a_test_meets_the_migration_through_a_fixture_of_a_fixture() -> None:
    files = {
        "tests/conftest.py": CONFTEST,
        "tests/unit/test_a.py": USES_FIXTURE,
        "tests/unit/test_b.py": USES_NO_FIXTURE,
        "other/test_c.py": USES_FIXTURE,
    }
    found = by_path(inventory(files))
    assert set(found) == {"tests/conftest.py", "tests/unit/test_a.py"}
    test = found["tests/unit/test_a.py"]
    assert test.through == ("tests/conftest.py",)
    assert (test.touches, test.import_paths) == ((), ("shop.legacy",))
    assert test.fixtures == (
        FixtureUse("cart", "tests/conftest.py"),
        FixtureUse("full_cart", "tests/conftest.py"),
    )
    assert test.risk is RiskLevel.LOW
    assert test.reasons == ("meets the migration only through tests/conftest.py",)
    assert found["tests/conftest.py"].role is FileRole.SUPPORT
    assert found["tests/conftest.py"].dependents == 2  # it cannot be loaded without its import


def test_a_nearer_fixture_of_the_same_name_hides_a_farther_one() -> None:
    files = {
        "tests/conftest.py": CONFTEST,
        "tests/unit/conftest.py": "import pytest\n@pytest.fixture\ndef full_cart(): return 1\n",
        "tests/unit/test_a.py": USES_FIXTURE,
    }
    assert set(by_path(inventory(files))) == {"tests/conftest.py"}


def test_a_nearer_fixture_that_asks_for_the_farther_one_hands_it_on() -> None:
    files = {
        "tests/conftest.py": CONFTEST,
        "tests/unit/conftest.py": (
            "import pytest\n@pytest.fixture\ndef full_cart(full_cart): return full_cart\n"
        ),
        "tests/unit/test_a.py": USES_FIXTURE,
    }
    assert by_path(inventory(files))["tests/unit/test_a.py"].through == (
        "tests/conftest.py",
        "tests/unit/conftest.py",
    )


def test_helpers_are_followed_by_absolute_relative_and_neighbouring_imports() -> None:
    files = {
        "tests/support/carts.py": """
            import shop.legacy
            def make(): return shop.legacy.Cart()
            def clock(): return 1
            """,
        "tests/test_absolute.py": "from tests.support.carts import make\ndef test_a(): make()\n",
        "tests/test_module.py": "from tests.support import carts\ndef test_a(): carts.make()\n",
        "tests/support/test_near.py": "import carts as c\ndef test_a(): c.make()\n",
        "tests/support/test_relative.py": "from .carts import make\ndef test_a(): make()\n",
        "tests/support/test_star.py": "from .carts import *\ndef test_a(): make()\n",
        "tests/test_clock.py": "from tests.support.carts import clock\ndef test_a(): clock()\n",
        "tests/test_other_make.py": "from tests.other import make\ndef test_a(): make()\n",
        "tests/other.py": "def make(): return 1\n",
    }
    found = by_path(inventory(files))
    assert set(found) - {"tests/support/carts.py"} == {
        "tests/test_absolute.py",
        "tests/test_module.py",
        "tests/support/test_near.py",
        "tests/support/test_relative.py",
        "tests/support/test_star.py",
    }
    assert found["tests/support/carts.py"].dependents == 5


def test_chains_of_helpers_and_names_handed_on_are_followed() -> None:
    files = {
        "tests/a/__init__.py": "from .deep import make as build\n",
        "tests/a/deep.py": "from shop import legacy\ndef make(): return legacy.Cart()\n",
        "tests/b.py": "from tests.a import build\nclass B:\n    def cart(self): build()\n",
        "tests/test_c.py": "from tests.b import B\nclass TestC(B):\n    def test_a(self): ...\n",
    }
    found = by_path(inventory(files))
    assert found["tests/test_c.py"].through == ("tests/a/deep.py", "tests/b.py")


def test_names_that_a_package_hands_on_as_they_are_or_by_a_star_are_followed() -> None:
    files = {
        "tests/a/__init__.py": "from .deep import make\n",
        "tests/b/__init__.py": "from tests.a.deep import *\n",
        "tests/a/deep.py": "from shop import legacy\ndef make(): return legacy.Cart()\n",
        "tests/test_a.py": "from tests.a import make\ndef test_a(): make()\n",
        "tests/test_b.py": "from tests.b import make\ndef test_a(): make()\n",
    }
    found = by_path(inventory(files))
    assert set(found) == {"tests/a/deep.py", "tests/test_a.py", "tests/test_b.py"}


def test_a_value_that_a_helper_made_counts_like_a_function() -> None:
    files = {
        "tests/values.py": "import shop.legacy\nCART = shop.legacy.Cart()\nCLOCK = 1\n",
        "tests/test_a.py": "from tests.values import CART\ndef test_a(): assert CART\n",
        "tests/test_b.py": "from tests.values import CLOCK\ndef test_a(): assert CLOCK\n",
    }
    assert set(by_path(inventory(files))) == {"tests/values.py", "tests/test_a.py"}


def test_fixtures_from_plugins_imports_and_by_request_are_found() -> None:
    fixture = """
        import pytest, shop.legacy
        @pytest.fixture(name="cart")
        def make_cart(): return shop.legacy.Cart()
        """
    files = {
        "tests/conftest.py": "pytest_plugins = ['tests.plugin']\n",
        "tests/plugin.py": fixture,
        "tests/test_plugin.py": "def test_a(cart): assert cart\n",
        "tests/test_marked.py": (
            "import pytest\n@pytest.mark.usefixtures('cart')\ndef test_a(): assert 1\n"
        ),
        "tests/test_asked.py": "def test_a(request): request.getfixturevalue('cart')\n",
        "more/fixtures_for_tests/x.py": fixture,
        "more/test_imported.py": (
            "from more.fixtures_for_tests.x import make_cart\ndef test_a(make_cart): ...\n"
        ),
    }
    found = by_path(inventory(files))
    assert set(found) == set(files) - {"tests/conftest.py"}
    assert found["tests/test_marked.py"].fixtures == (FixtureUse("cart", "tests/plugin.py"),)
    assert found["tests/test_asked.py"].through == ("tests/plugin.py",)


def test_what_runs_for_every_test_below_counts_them_all_and_lists_none() -> None:
    files = {
        "tests/unit/conftest.py": """
            import pytest
            @pytest.fixture(autouse=True)
            def patched(monkeypatch):
                monkeypatch.setattr("shop.legacy.clock", 1)
            """,
        "tests/unit/test_a.py": "def test_a(): assert 1 == 2\n",
        "tests/unit/deep/test_b.py": "def test_b(): assert 1 == 2\n",
        "tests/test_c.py": "def test_c(): assert 1 == 2\n",
    }
    found = by_path(inventory(files))
    assert set(found) == {"tests/unit/conftest.py"}
    assert found["tests/unit/conftest.py"].dependents == 2


def test_a_file_that_many_stand_on_is_a_high_risk() -> None:
    tests = {f"tests/test_{n}.py": USES_FIXTURE for n in range(10)}
    found = by_path(inventory({"tests/conftest.py": CONFTEST, **tests}))
    assert found["tests/conftest.py"].risk is RiskLevel.HIGH
    assert "10 test files stand on it" in found["tests/conftest.py"].reasons


def test_helpers_that_go_round_in_a_circle_come_to_an_end() -> None:
    files = {
        "tests/a.py": "from tests.b import two\nimport shop.legacy\ndef one(): two(shop.legacy)\n",
        "tests/b.py": "from tests.a import one as again, two\ndef go(): again()\n",
        "tests/conftest.py": "import pytest\n@pytest.fixture\ndef x(x): ...\n",
        "tests/test_c.py": "from tests.b import go\ndef test_c(x): go()\n",
    }
    assert set(by_path(inventory(files))) == {"tests/a.py", "tests/b.py", "tests/test_c.py"}
