from collections.abc import Callable


def full_match(pattern: str) -> Callable[[str], object]:
    """Whether an RE2 matches a whole name.

    Patterns are written by users, so they run on RE2, whose time is linear. It is loaded when the
    first name is compared: most runs need it not at all.
    """
    compiled: list[Callable[[str], object]] = []

    def matches(name: str) -> object:
        if not compiled:
            import re2

            compiled.append(re2.compile(pattern).fullmatch)
        return compiled[0](name)

    return matches


def well_formed(text: str) -> str:
    """The text as it can be written in UTF-8: a lone surrogate becomes a question mark.

    Constants can have them, and paths that are no text.
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
