import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import config
from bot.config.first import first_configuration
from bot.domain.phase import Phase

PATHS = [
    "README.md",
    "shop/__init__.py",
    "shop/realtime/manager_factory.py",
    "shop/realtime/registry.py",
    "shop/legacy/__init__.py",
    "shop/old_manager_factory.py",
    "tests/test_manager_factory.py",
]


def modules(title: str, paths: list[str] = PATHS) -> list[str]:
    return [one.module for one in first_configuration(7, title, paths).candidates]


def test_modules_that_the_title_names_come_first_and_those_of_the_past_too() -> None:
    assert modules("Remove the WebSocket manager factory") == [
        "shop.old_manager_factory",
        "shop.realtime.manager_factory",
        "shop.legacy",
    ]


def test_camel_case_in_a_title_names_modules() -> None:
    assert "shop.realtime.manager_factory" in modules("Kill ManagerFactory")


def test_modules_are_named_from_the_source_folder() -> None:
    assert modules("", ["src/shop/legacy.py", "src/shop/new.py"]) == ["shop.legacy"]


def test_where_nothing_is_found_the_migration_has_no_rules_yet() -> None:
    first = first_configuration(7, "Something else", ["shop/registry.py"])

    (migration,) = config.load({config.MAIN_FILE: first.text.encode()}).migrations
    assert (first.candidates, migration.rules) == ((), ())


@pytest.mark.parametrize("alone", [False, True])
@settings(max_examples=40)
@given(title=st.text(max_size=300))
def test_what_is_written_is_a_valid_configuration_whatever_the_title(
    title: str, alone: bool
) -> None:
    first = first_configuration(7, title, PATHS)
    path, text = (
        (f"{config.FOLDER}/7.yml", first.migration) if alone else (config.MAIN_FILE, first.text)
    )

    (migration,) = config.load({path: text.encode("utf-8")}).migrations

    assert (migration.issue, migration.phase) == (7, Phase.DETECT)
    assert migration.rules[0].kind == "banned-import"
