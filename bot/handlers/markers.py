"""What makes a comment Canon's own; invisible when rendered."""

from datetime import datetime

_START = "<!-- canon:"


def is_marked(body: str) -> bool:
    """Whether a comment says that it is Canon's; anybody can write one that does."""
    return body.lstrip().startswith(_START)


def tick_name(comment_id: int, at: datetime) -> str:
    """What stands for the ticks that one edit made in a comment."""
    return f"{comment_id}-{at:%Y%m%dT%H%M%SZ}"


def is_tick(request: str) -> bool:
    """Whether a request stands for ticks, and not for a comment."""
    return "-" in request


def answer_marker(request: str) -> str:
    """The marker of the answer to one request: a comment's id, or what stands for one."""
    return f"{_START}answer:{request} -->"
