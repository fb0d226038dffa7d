"""Runs inside a set-up's sandbox: 127.0.0.1:3128 -> the proxy's socket, while a command runs.

    python3 -I relay.py SOCKET PROGRAM [ARGUMENT ...]

Ends with the program's status. Standard library only, for whatever Python the sandbox has.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

PORT = 3128
_PIECE = 65536


def main(path: str, program: list[str]) -> int:
    """Carry connections to the unix socket `path` until `program` ends; its status."""
    listener = socket.create_server(("127.0.0.1", PORT), backlog=64)
    threading.Thread(target=_serve, args=(listener, path), daemon=True).start()
    status = subprocess.call(program)
    return 128 - status if status < 0 else status


def _serve(listener: socket.socket, path: str) -> None:
    while True:
        near, _ = listener.accept()
        far = socket.socket(socket.AF_UNIX)
        far.connect(path)
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(_PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        target.close()  # one side hung up: the other is told by the end of its stream


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
