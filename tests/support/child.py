"""A process to be supervised: notes in a file when it starts and when it is asked to stop.

Run as `python -m tests.support.child FILE NAME [stubborn | brief | parent]`.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from bot import lifeline


def main(file: Path, name: str, manner: str) -> None:
    def note(what: str) -> None:
        with file.open("a") as sink:
            sink.write(f"{name} {what} {os.getpid()}\n")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        note("stop")
        if manner != "stubborn":
            sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    lifeline.follow()
    note("start")
    if manner == "brief":
        sys.exit(3)
    if manner == "parent":
        sleeper = subprocess.Popen(["sleep", "60"])
        with file.open("a") as sink:
            sink.write(f"{name} sleeper {sleeper.pid}\n")
    while True:
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], (sys.argv[3:] or [""])[0])
