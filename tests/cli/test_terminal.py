"""What appears on a real (pseudo) terminal, and only there."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.main import run
from tests.support.gitrepo import GitRepository

ESCAPE = "\x1b["
SLOW = """
import time
from bot.cli.terminal import progress
with progress("thinking", quiet={}):
    time.sleep(0.7)
"""


def on_terminal(*command: str, stream: str, **settings: str) -> str:
    """What a program writes to `stream` where that is a terminal."""
    controller, terminal = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: terminal}
    environment = {**os.environ, "TERM": "xterm", **settings}
    with subprocess.Popen(command, env=environment, **streams) as process:
        os.close(terminal)
        said = bytearray()
        try:
            while part := os.read(controller, 4096):
                said += part
        except OSError:  # Linux's end of file for a terminal that nobody holds any more
            pass
        finally:
            os.close(controller)
    assert process.returncode == 0
    return said.decode()


def test_what_takes_long_says_so_and_tidies_up() -> None:
    said = on_terminal(sys.executable, "-c", SLOW.format(False), stream="stderr")
    assert "thinking ... 0." in said
    assert said.endswith(f"\r{ESCAPE}K")


def test_quiet_is_quiet() -> None:
    assert on_terminal(sys.executable, "-c", SLOW.format(True), stream="stderr") == ""


def test_nothing_but_the_result_is_written_where_there_is_no_terminal(
    repository: GitRepository, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", "--repo", str(repository.path)]) == 0
    said = capfd.readouterr()
    assert said.err == ""
    assert ESCAPE not in said.out


@pytest.mark.parametrize(
    ("settings", "colourful"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_colours_unless_it_wants_none(
    repository: GitRepository, tmp_path: Path, settings: dict[str, str], colourful: bool
) -> None:
    said = on_terminal(
        *(sys.executable, "-m", "bot", "scan", "--repo", str(repository.path)),
        stream="stdout",
        CANON_CACHE_DIR=str(tmp_path / "cache"),
        **settings,
    )
    assert "legacy-import" in said
    assert (ESCAPE in said) == colourful
