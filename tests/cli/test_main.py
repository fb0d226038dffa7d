"""The `canon` command itself: how it starts, and how it ends."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli.main import COMMANDS, _told, canon, run
from bot.domain.errors import CouldNotCheckError, InputError
from tests.support.gitrepo import GitRepository

HEAVY = ("pydantic", "ruamel", "jinja2", "flask", "sqlalchemy", "github", "structlog", "asyncio")
FOR_MANY = (*HEAVY, "pygit2", "requests", "email", "ssl", "ast_grep_py", "bot.scanner.suggestions")
SCRIPT = Path(sys.executable).with_name("canon")


def started(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_version_is_told_in_under_150_ms_of_work() -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([SCRIPT, "--version"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.15


@pytest.mark.parametrize("argument", ["--version", "scan --help", "compare --help", "check --help"])
def test_starting_imports_nothing_that_is_not_needed(argument: str) -> None:
    code = (
        "import sys; from bot.cli.main import run; run(sys.argv[1].split());"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, argument], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["scan", "compare --base HEAD~1"])
@pytest.mark.parametrize("known", ["the base", "the head"])
def test_with_a_cache_nothing_is_imported_that_is_for_many_files_or_new_configurations(
    repository: GitRepository, command: str, known: str
) -> None:
    repository.commit({"shop/d.py": "import os\n"})
    where = f"--repo {repository.path} --format json"
    before = "scan --rev HEAD~1" if known == "the base" else command
    assert run(f"{before} {where}".split()) == 0
    code = (
        "import sys; from bot.cli.main import run; run(sys.argv[1].split());"
        f"print([m for m in {FOR_MANY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"{command} {where}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_in_the_table_can_be_asked_for_help(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: canon {name}")


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n  {name} " in told for name in COMMANDS)


def test_an_unknown_command_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["scna"]) == 2
    told = capsys.readouterr().err
    assert "did you mean `scan`?" in told
    assert told.count("\n") == 1


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--colour"]) == 2
    assert capsys.readouterr().err.startswith("canon: No such option '--colour'")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("wrong"), 2),
        (click.UsageError("wrong", ctx=click.Context(canon)), 2),
        (click.ClickException("wrong"), 2),
        (CouldNotCheckError("no answer"), 3),
        (ZeroDivisionError("division by zero"), 3),
    ],
)
def test_each_kind_of_error_has_its_status_and_one_line(error: Exception, status: int) -> None:
    message, told = _told(error)
    assert told == status
    assert str(error) in message or "wrong" in message
    assert "\n" not in message


def test_an_unexpected_error_says_how_to_see_more() -> None:
    assert "--debug" in _told(ZeroDivisionError("x"))[0]


def test_the_process_ends_with_the_status() -> None:
    assert started("nothing-like-that").returncode == 2
    assert started("--version").returncode == 0


def test_output_that_nobody_reads_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "config", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_terminal_with_few_characters_gets_escapes_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "canon.yml").write_text("version: 1\nmigrations: []\nunbekannt→: 1\n", "utf-8")
    done = started(
        "config", "check", "--config", str(tmp_path / "canon.yml"), PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
