"""A request's body, within bounds. What its headers say of its length is not relied on."""

from typing import IO

_PIECE = 1024 * 1024
_PATIENCE = 4
"""How many times the bound is read and thrown away, so that the sender gets to read the answer: a
connection that is closed while it still sends looks broken to it."""


def read_at_most(stream: IO[bytes], bound: int) -> bytes | None:
    """All of the stream, or None when it holds more than `bound` bytes."""
    pieces: list[bytes] = []
    size = 0
    while size <= bound and (piece := stream.read(_PIECE)):
        pieces.append(piece)
        size += len(piece)
    if size <= bound:
        return b"".join(pieces)
    pieces.clear()
    while size < bound * _PATIENCE and (piece := stream.read(_PIECE)):
        size += len(piece)
    return None
