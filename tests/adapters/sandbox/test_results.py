"""Result files are read as if their writer were hostile, and only when it is dead."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sandbox import results
from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.ports.sandbox import MIB, RESULTS, RefusedFile
from tests.support.sandbox import SMALL, run

JUNIT = "results/junit.xml"


def test_a_result_file_is_read_after_the_end(sandbox: BubblewrapSandbox) -> None:
    late = f"(sleep 0.2; echo late >>{RESULTS}/junit.xml) &"
    result = run(sandbox, f"echo early >{RESULTS}/junit.xml; {late}", results=(JUNIT,))
    assert result.files == {JUNIT: b"early\n"}


def test_a_file_of_the_tree_can_be_a_result(sandbox: BubblewrapSandbox) -> None:
    result = run(
        sandbox, "mkdir -p a/b; echo x >a/b/coverage.xml", results=("tree/a/b/coverage.xml", JUNIT)
    )
    assert result.files == {"tree/a/b/coverage.xml": b"x\n"}


@pytest.mark.parametrize(
    ("forgery", "reason"),
    [
        ("ln -s /etc/passwd junit.xml", "symbolic links"),
        ("ln -s /etc/shadow junit.xml", "symbolic links"),
        ("ln -s nothing junit.xml", "symbolic links"),
        ("mkfifo junit.xml", "not a regular file"),
        ("mkdir junit.xml", "not a regular file"),
        ("echo x >other; ln other junit.xml", "2 hard links"),
        ("truncate --size 100M junit.xml", "104,857,600 bytes"),
        ("head -c 20000000 /dev/zero >junit.xml", "20,000,000 bytes"),
        ("python3 -c 'import socket; socket.socket(1).bind(\"junit.xml\")'", "junit.xml"),
        ("cd ..; rmdir results; ln -s /etc results", "results/junit.xml"),
        ("cd ..; rmdir results; ln -s tree results; echo x >tree/junit.xml", "results/junit.xml"),
        ("cd ..; rmdir results; echo x >results", "Not a directory"),
    ],
)
def test_a_forged_result_file_is_refused(
    sandbox: BubblewrapSandbox, forgery: str, reason: str
) -> None:
    result = run(sandbox, f"cd {RESULTS}; {forgery}", results=(JUNIT,))
    refused = result.files[JUNIT]
    assert isinstance(refused, RefusedFile)
    assert reason in refused.reason


@pytest.mark.parametrize("path", ["../etc/passwd", "/etc/passwd", "results/../../etc", "a/.."])
def test_a_path_that_leads_out_is_refused(sandbox: BubblewrapSandbox, path: str) -> None:
    refused = run(sandbox, "true", results=(path,)).files[path]
    assert refused == RefusedFile(f"{path}: leads out of the sandbox")


def test_a_result_directory_that_was_moved_away_has_no_result(sandbox: BubblewrapSandbox) -> None:
    result = run(sandbox, f"echo x >{RESULTS}/junit.xml; mv {RESULTS} /tmp/x", results=(JUNIT,))
    assert result.files == {}


@pytest.mark.parametrize("mode", ["000", "200"])
def test_a_file_without_permissions_is_read_or_refused(
    sandbox: BubblewrapSandbox, mode: str
) -> None:
    command = f"cd {RESULTS}; echo x >junit.xml; chmod {mode} junit.xml; chmod 0 ."
    found = run(sandbox, command, results=(JUNIT,)).files[JUNIT]
    assert found == b"x\n" if os.geteuid() == 0 else isinstance(found, RefusedFile)


def test_a_result_of_exactly_the_limit_is_read(sandbox: BubblewrapSandbox) -> None:
    command = f"head -c {MIB} /dev/zero >{RESULTS}/junit.xml"
    result = run(sandbox, command, replace(SMALL, result=MIB), results=(JUNIT,))
    assert result.files == {JUNIT: bytes(MIB)}


@pytest.fixture
def directories(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    return source, target


def keep(source: Path, target: Path) -> None:
    root, copy = (os.open(place, os.O_RDONLY | os.O_DIRECTORY) for place in (source, target))
    try:
        results.keep(root, copy, lambda: None)
    finally:
        os.close(root)
        os.close(copy)


def test_a_kept_tree_has_contents_links_times_and_the_executable_bit(
    directories: tuple[Path, Path],
) -> None:
    source, target = directories
    (source / "bin").mkdir(mode=0o700)
    (source / "bin" / "tool").write_bytes(b"x" * 3 * MIB)
    (source / "bin" / "tool").chmod(0o4700)
    (source / "data").write_text("text")
    (source / "data").chmod(0o666)
    (source / "link").symlink_to("/etc/shadow")
    os.utime(source / "data", ns=(1, 12345))
    keep(source, target)
    assert (target / "bin" / "tool").read_bytes() == b"x" * 3 * MIB
    assert (target / "bin" / "tool").stat().st_mode & 0o7777 == 0o755
    assert (target / "bin").stat().st_mode & 0o7777 == 0o755
    assert (target / "data").stat().st_mode & 0o7777 == 0o644
    assert (target / "data").stat().st_mtime_ns == 12345
    assert (target / "link").readlink() == Path("/etc/shadow")


def test_a_tree_with_something_special_is_not_kept(directories: tuple[Path, Path]) -> None:
    source, target = directories
    os.mkfifo(source / "pipe")
    with pytest.raises(results.TreeRefusedError, match="pipe"):
        keep(source, target)
    (source / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as it:
        it.bind(str(source / "socket"))
        with pytest.raises(results.TreeRefusedError, match="socket"):
            keep(source, target)


def test_a_tree_of_endless_depth_is_not_kept(directories: tuple[Path, Path]) -> None:
    source, target = directories
    here = source
    for _ in range(150):
        here = here / "d"
        here.mkdir()
    with pytest.raises(results.TreeRefusedError, match="deep"):
        keep(source, target)
