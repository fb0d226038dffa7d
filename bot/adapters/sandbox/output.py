from collections import deque


class BoundedOutput:
    """Standard output of any length: the beginning and the end are kept, the middle is counted."""

    def __init__(self, head: int = 64 * 1024, tail: int = 192 * 1024) -> None:
        self.total = 0
        self._head = bytearray()
        self._head_size = head
        self._tail: deque[bytes] = deque()
        self._tail_size = tail
        self._tail_held = 0

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.total += len(piece)
        room = self._head_size - len(self._head)
        if room > 0:
            self._head += piece[:room]
            piece = piece[room:]
        if piece:
            self._tail.append(piece)
            self._tail_held += len(piece)
            while self._tail_held - len(self._tail[0]) >= self._tail_size:
                self._tail_held -= len(self._tail.popleft())

    def text(self) -> bytes:
        """What is kept, with a line that says how much is not."""
        tail = b"".join(self._tail)[-self._tail_size :]
        dropped = self.total - len(self._head) - len(tail)
        gap = b"\n[... %d bytes left out ...]\n" % dropped if dropped > 0 else b""
        return bytes(self._head) + gap + tail


class Lines:
    """Pieces of a pipe, cut into lines; a line that is too long is dropped, its rest with it."""

    def __init__(self, longest: int = 16 * 1024) -> None:
        self._longest = longest
        self._rest = b""
        self._skipping = False

    def add(self, piece: bytes) -> list[bytes]:
        """The lines that `piece` completes, without their ends."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if self._skipping and whole:
            whole, self._skipping = whole[1:], False
        if len(self._rest) > self._longest:
            self._rest, self._skipping = b"", True
        return [line for line in whole if line and len(line) <= self._longest]
