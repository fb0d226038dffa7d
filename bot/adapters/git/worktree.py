"""A working directory beside its commit: what differs, by git's own index and ignore rules."""

import hashlib
import os
import stat


def blob_id(content: bytes) -> str:
    """The id that git gives these bytes (in a repository of SHA-1, which is what all of them are).

    Elsewhere it is as good a key, and shares nothing with the repository's own blobs.
    """
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def read_file(path: bytes, largest: int) -> bytes | None:
    """The bytes of a regular file; None if it is none, larger, gone, or must not be read.

    The path's last part is never followed if it is a link, and nothing that blocks is opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > largest:
            return None
        content = file.read(largest + 1)
    return content if len(content) <= largest else None
