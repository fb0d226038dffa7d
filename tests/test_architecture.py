"""What ARCHITECTURE.md forbids and import-linter cannot see."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"
PURE = (
    "commands",
    "config",
    "decide",
    "domain",
    "events",
    "ports",
    "reports",
    "scanner",
    "suites",
)
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}


def looks_into_the_environment(source: str) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (isinstance(node, ast.ImportFrom) and {a.name for a in node.names} & ENVIRONMENT)
        for node in ast.walk(ast.parse(source))
    )


def modules(room: str) -> Iterator[Path]:
    return (BOT / room).rglob("*.py")


@pytest.mark.parametrize("room", PURE)
def test_the_middle_of_the_house_reads_no_environment(room: str) -> None:
    found = [path for path in modules(room) if looks_into_the_environment(path.read_text())]
    assert found == []
    assert any(modules(room))


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['X']", "from os import getenv", "import os\nos.getenv('X')"]
)
def test_reading_the_environment_would_be_seen(source: str) -> None:
    assert looks_into_the_environment(source)
