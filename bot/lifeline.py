"""A child's way to notice that its supervisor is gone, however it went.

The supervisor holds one end of a pipe and never writes; each child holds the other end and reads.
When the supervisor dies, kill -9 included, the kernel closes its end, and the children end too.
"""

import os
import signal
import threading

VARIABLE = "CANON_LIFELINE"


def follow() -> bool:
    """End this process with SIGTERM when its supervisor dies; False where it has none."""
    descriptor = os.environ.pop(VARIABLE, None)
    if descriptor is None:
        return False
    os.set_inheritable(int(descriptor), False)
    threading.Thread(target=_wait, args=(int(descriptor),), daemon=True).start()
    return True


def _wait(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
