"""ruff's TID251 as an outside oracle, over a real package: every difference has its reason."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.configuration import Rule
from bot.scanner.rules.banned_import import Parameters
from tests.support.trees import scan_files

BANNED = ("typing", "sqlalchemy.util", "sqlalchemy.sql.elements", "collections.abc")
RUFF = Path(sys.executable).with_name("ruff")

Statement = tuple[str, int]  # path, first line


def told_by_ruff(top: Path) -> set[tuple[str, int, int]]:
    """Path, line and column of what ruff finds below a folder."""
    banned = ", ".join(f'"{name}" = {{msg = "no"}}' for name in BANNED)
    done = subprocess.run(
        [
            RUFF,
            "check",
            "--isolated",
            "--no-cache",
            "--ignore-noqa",
            "--no-respect-gitignore",
            "--select=TID251",
            f"--config=lint.flake8-tidy-imports.banned-api = {{{banned}}}",
            "--output-format=json",
            str(top / "sqlalchemy"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [one for one in json.loads(done.stdout) if one["code"] == "TID251"]
    return {
        (
            Path(one["filename"]).relative_to(top).as_posix(),
            one["location"]["row"],
            one["location"]["column"],
        )
        for one in found
    }


def statements(path: str, text: bytes) -> dict[Statement, ast.stmt]:
    """Each line of an import statement -> the statement."""
    return {
        (path, line): node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


@pytest.mark.slow
def test_ruff_and_canon_ban_the_same_imports_but_for_what_they_mean_differently() -> None:
    top = next(Path(folder) for folder in sys.path if (Path(folder) / "sqlalchemy").is_dir())
    files = {
        file.relative_to(top).as_posix(): file.read_bytes()
        for file in (top / "sqlalchemy").rglob("*.py")
    }
    nodes: dict[Statement, ast.stmt] = {}
    for path, text in files.items():
        nodes |= statements(path, text)
    rule = Rule(id="r", kind="banned-import", parameters=Parameters(modules=BANNED))
    canon = {
        (one.path, nodes[one.path, one.line].lineno): one
        for one in scan_files(rule, files).violations
    }
    told = told_by_ruff(top)
    ruff = {(path, nodes[path, line].lineno) for path, line, _ in told if (path, line) in nodes}
    # ruff bans what is read of a banned module, too, wherever it is; Canon has banned-name for it.
    uses = [(path, line) for path, line, _ in told if (path, line) not in nodes]
    assert len(canon) > 1500
    assert len(uses) < len(told) / 2
    assert sorted(canon.keys() - ruff) == []
    assert sorted(ruff - canon.keys()) == []
