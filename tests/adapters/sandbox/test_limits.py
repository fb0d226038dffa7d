"""A run ends at its limits, with everything that it started."""

import re
import resource
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.ports.sandbox import EVENTS, MIB, Ending, SandboxProgress, SandboxRequest
from tests.support.sandbox import SMALL, Recorder, alive, run

pytestmark = pytest.mark.slow


def python(code: str) -> str:
    return f"python3 -I - <<'END'\n{code}\nEND\n"


def test_grandchildren_that_left_their_session_die_at_the_time_limit(
    sandbox: BubblewrapSandbox,
) -> None:
    code = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 3)
            os.execvp("python3", ["python3", "-c", "import time; time.sleep(300)"])
        os._exit(0)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("stuck", flush=True)
time.sleep(300)
"""
    began = time.monotonic()
    seen = []

    def watch(_: SandboxProgress) -> None:
        seen.extend(alive())

    limits = replace(SMALL, seconds=1.5, grace=0.5)
    result = sandbox.run(SandboxRequest(command=python(code), limits=limits), watch)
    assert result.ending is Ending.TIMED_OUT
    assert b"stuck" in result.output
    assert seen
    assert alive() == []
    assert time.monotonic() - began < 5


def test_a_command_behind_another_is_interrupted_before_it_is_killed(
    sandbox: BubblewrapSandbox,
) -> None:
    code = "import time\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('interrupted')"
    result = run(sandbox, f"cd / && {python(code)}", replace(SMALL, seconds=0.7))
    assert (result.ending, result.status) == (Ending.TIMED_OUT, 124)
    assert result.output == b"interrupted\n"
    assert result.seconds < 2


def test_a_clock_that_was_stopped_does_not_help(sandbox: BubblewrapSandbox) -> None:
    stop_all = python(
        "import os, signal, time\n"
        "for p in os.listdir('/proc'):\n"
        "    if p.isdigit() and p not in ('1', str(os.getpid())): os.kill(int(p), signal.SIGSTOP)\n"
        "time.sleep(60)"
    )
    result = run(sandbox, stop_all, replace(SMALL, seconds=0.3, grace=0.2))
    assert result.ending is Ending.TIMED_OUT
    assert result.seconds < 5


def test_status_124_before_the_limit_is_the_commands_own(sandbox: BubblewrapSandbox) -> None:
    assert run(sandbox, "exit 124").ending is Ending.EXITED


@pytest.mark.parametrize(
    ("command", "status"),
    [("exit 3", 3), ("kill -SEGV $$", 139), ("no-such-program", 127), ("kill -9 $$", 137)],
)
def test_the_status_is_a_shells(sandbox: BubblewrapSandbox, command: str, status: int) -> None:
    result = run(sandbox, command)
    assert (result.ending, result.status) == (Ending.EXITED, status)


def test_a_daemon_that_keeps_the_output_open_does_not_hold_up_the_end(
    sandbox: BubblewrapSandbox,
) -> None:
    daemon = "setsid python3 -c 'import time; time.sleep(60)' &"
    result = run(sandbox, f"{daemon}\necho over")
    assert (result.status, result.output) == (0, b"over\n")
    assert result.seconds < 5
    assert alive() == []


@pytest.mark.usefixtures("with_groups")
def test_memory_is_limited_for_the_whole_tree(sandbox: BubblewrapSandbox) -> None:
    code = """
import os, time
children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        held = bytearray(32 << 20)
        time.sleep(2)
        os._exit(0)
    children.append(child)
statuses = [os.waitpid(child, 0)[1] for child in children]
print(statuses)
raise SystemExit(any(statuses))
"""
    result = run(sandbox, python(code), replace(SMALL, memory=128 * MIB))
    assert result.ending is Ending.OUT_OF_MEMORY
    assert result.memory_peak is not None
    assert result.memory_peak <= 128 * MIB
    assert any("memory" in note for note in result.notes)


@pytest.mark.usefixtures("with_groups")
def test_files_count_as_memory(sandbox: BubblewrapSandbox) -> None:
    result = run(
        sandbox,
        "dd if=/dev/zero of=/tmp/big bs=1M count=400 2>/dev/null || exit 9",
        replace(SMALL, memory=128 * MIB, disk=1024 * MIB),
    )
    assert result.ending is Ending.OUT_OF_MEMORY


@pytest.mark.usefixtures("with_groups")
def test_a_process_that_the_memory_killer_may_not_touch_gets_no_more(
    sandbox: BubblewrapSandbox,
) -> None:
    code = """
try: open("/proc/self/oom_score_adj", "w").write("-1000")
except OSError: pass
held = []
while True: held.append(bytearray(8 << 20))
"""
    limits = replace(SMALL, memory=128 * MIB, seconds=5, grace=1)
    result = run(sandbox, python(code), limits)
    assert result.ending in {Ending.OUT_OF_MEMORY, Ending.TIMED_OUT, Ending.EXITED}
    assert result.status != 0
    assert result.memory_peak is not None
    assert result.memory_peak <= 128 * MIB


def test_disk_is_a_limit_that_nothing_overshoots(sandbox: BubblewrapSandbox) -> None:
    command = """
for place in /tmp /sandbox/tree /sandbox/results /sandbox/home
do dd if=/dev/zero of=$place/big bs=1M count=100 2>/dev/null; done
du -sm /sandbox | cut -f 1
"""
    result = run(sandbox, command, replace(SMALL, disk=64 * MIB))
    assert int(result.output) <= 64
    assert any("bytes of files" in note for note in result.notes)


def test_shared_memory_is_limited_too(sandbox: BubblewrapSandbox) -> None:
    result = run(sandbox, "dd if=/dev/zero of=/dev/shm/big bs=1M count=100")
    assert result.status
    assert b"No space left" in result.output


def test_one_file_is_limited_too(sandbox: BubblewrapSandbox) -> None:
    result = run(sandbox, "truncate --size 1G /tmp/sparse", replace(SMALL, disk=64 * MIB))
    assert result.status


def test_processes_are_limited(sandbox: BubblewrapSandbox) -> None:
    code = """
import os, time
made = 0
for _ in range(100):
    try: child = os.fork()
    except BlockingIOError: break
    if child == 0:
        time.sleep(2)
        os._exit(0)
    made += 1
print(made)
"""
    result = run(sandbox, python(code), replace(SMALL, processes=32))
    assert 10 < int(result.output) < 32


def test_threads_are_limited(sandbox: BubblewrapSandbox) -> None:
    code = """
import threading, time
made = 0
for _ in range(100):
    try: threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
    except RuntimeError: break
    made += 1
print(made)
"""
    result = run(sandbox, python(code), replace(SMALL, processes=32))
    assert 10 < int(result.output) < 32


@pytest.mark.parametrize(
    "storm",
    [
        ":(){ :|:& };:; sleep 60",
        python("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
        "while true; do (exec sh -c 'true') & done",
        'f() { sh "$0" & }; echo \'sh "$0" & sh "$0" & wait\' >/tmp/storm; sh /tmp/storm; sleep 60',
    ],
    ids=["shell", "forks", "programs", "script"],
)
def test_a_storm_of_processes_ends_in_time_and_leaves_nothing(
    sandbox: BubblewrapSandbox, storm: str
) -> None:
    most = 0

    def watch(_: SandboxProgress) -> None:
        nonlocal most
        most = max(most, len(alive()))

    limits = replace(SMALL, processes=32, seconds=1.5, grace=0.5, cpus=0.5, memory=128 * MIB)
    request = SandboxRequest(command=f":\n{storm}", limits=limits)
    began = time.monotonic()
    sandbox.run(request, watch)
    assert time.monotonic() - began < 15
    assert 0 < most <= 34  # the limit, the first process and bwrap's own
    assert alive() == []


@pytest.mark.usefixtures("with_groups")
def test_processors_are_shared(sandbox: BubblewrapSandbox) -> None:
    code = """
import time
end = time.monotonic() + 2
while time.monotonic() < end: pass
print(time.process_time())
"""
    result = run(sandbox, python(code), replace(SMALL, cpus=0.25))
    assert float(result.output) < 1.0


def test_much_output_is_read_and_little_kept(sandbox: BubblewrapSandbox) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    command = "echo the beginning; head -c 100000000 /dev/zero; echo; echo the end"
    result = run(sandbox, command, replace(SMALL, output=200 * MIB))
    assert result.output_bytes == 100_000_000 + len("the beginning\n\nthe end\n")
    assert len(result.output) < 300 * 1024
    assert result.output.startswith(b"the beginning\n")
    assert result.output.endswith(b"\nthe end\n")
    assert re.search(rb"\[\.\.\. \d+ bytes left out \.\.\.\]", result.output)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024  # KiB


@pytest.mark.parametrize(
    "flood",
    ["cat /dev/zero", "yes >&2", f"cat /dev/zero >{EVENTS}", f"yes >{EVENTS}"],
    ids=["output", "errors", "events without lines", "events"],
)
def test_a_flood_is_cut_off(sandbox: BubblewrapSandbox, flood: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = run(sandbox, flood, replace(SMALL, output=20 * MIB))
    assert result.ending is Ending.TOO_MUCH_OUTPUT
    assert len(result.output) < 300 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024  # KiB


def test_lines_arrive_while_the_command_runs(sandbox: BubblewrapSandbox) -> None:
    recorder = Recorder()
    command = f"echo one >{EVENTS}; sleep 1; echo two >{EVENTS}"
    sandbox.run(SandboxRequest(command=command, limits=SMALL), recorder)
    assert recorder.lines == [b"one", b"two"]
    at = {line: told.seconds for told in recorder.told for line in told.lines}
    assert at[b"two"] - at[b"one"] > 0.8


def test_a_silent_command_is_watched_at_least_once_a_second(sandbox: BubblewrapSandbox) -> None:
    recorder = Recorder()
    sandbox.run(SandboxRequest(command="sleep 2.5", limits=SMALL), recorder)
    times = [told.seconds for told in recorder.told]
    assert max(after - before for before, after in pairwise(times)) < 1


def test_what_the_watcher_raises_ends_the_run(sandbox: BubblewrapSandbox) -> None:
    class EnoughError(Exception):
        pass

    def watch(progress: SandboxProgress) -> None:
        if progress.lines:
            raise EnoughError

    command = f"python3 -c 'import time; time.sleep(60)' & echo go >{EVENTS}; sleep 60"
    with pytest.raises(EnoughError):
        sandbox.run(SandboxRequest(command=command, limits=SMALL), watch)
    assert alive() == []
