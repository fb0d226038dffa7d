"""What makes a comment Canon's own; invisible when rendered."""

_START = "<!-- canon:"


def is_marked(body: str) -> bool:
    """Whether a comment says that it is Canon's; anybody can write one that does."""
    return body.lstrip().startswith(_START)


def answer_marker(request: str) -> str:
    """The marker of the answer to one request: a comment's id, or what stands for one."""
    return f"{_START}answer:{request} -->"
