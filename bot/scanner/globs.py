"""gitignore-style patterns (gitignore(5)) as one regular expression; the last match decides.

Patterns come from repositories, so matching must not explode: every `*` but the last of a segment,
and every `**` but the last of a pattern, takes the first place where what follows it fits, and is
not tried again (possible because a later place could only leave less for the rest).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

_CLASS = re.compile(r"\[([!^]?)(\]?(?:\[:[a-z]*:\]|\\.|[^\]\\])*)\]")
_MEMBER = re.compile(r"\[:[a-z]*:\]|\\.|.", re.DOTALL)
_NAMED = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class Globs:
    """A list of patterns; without a pattern that matches, or with none at all, nothing matches."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile; raises ValueError with a text for the author of a pattern that is none."""
        signed = [(not pattern.startswith("!"), pattern) for pattern in patterns]
        # Runs of the same sign are tried from the last to the first, each in one go.
        self._runs: list[tuple[bool, list[str], re.Pattern[str]]] = [
            (positive, names := [pattern for _, pattern in run], _union(names))
            for positive, run in groupby(reversed(signed), key=lambda pair: pair[0])
        ]

    def match(self, path: str) -> bool:
        """Whether the pattern that decides on `path` (relative, with `/`) is a positive one."""
        for positive, _, union in self._runs:
            if union.match(path):
                return positive
        return False

    def which(self, path: str) -> str | None:
        """The pattern by which `path` matches, None where it does not."""
        for positive, names, union in self._runs:
            if found := union.match(path):
                return names[(found.lastindex or 1) - 1] if positive else None
        return None


def module_globs(patterns: Sequence[str]) -> Globs:
    """Patterns for dotted paths; what they match has slashes for dots."""
    return Globs([f"/{pattern.replace('.', '/')}" for pattern in patterns])


def _union(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"({translate(pattern)})" for pattern in patterns), re.DOTALL)


def translate(pattern: str) -> str:
    """The regular expression of one pattern, to be matched at the start of a path."""
    glob = pattern.removeprefix("!")
    glob = glob if glob.endswith("\\ ") else glob.rstrip(" ")
    directory = glob.endswith("/")
    anchored = "/" in glob[:-1]
    segments = glob.strip("/").split("/") if anchored else ["**", glob.strip("/")]
    if not segments[-1]:
        raise ValueError(f"{pattern!r} names no file")
    below = segments[-1] == "**"
    runs = list(_runs_of_segments(segments[:-1] if below else segments))
    written = []
    for position, (free, run) in enumerate(runs):
        last = position == len(runs) - 1
        end = "/" if below or directory or not last else "(?:/|$)"
        text = "/".join(_segment(segment) for segment in run) + end
        if free:
            text = f"(?:[^/]+/)*{text}" if last else f"(?>(?:[^/]+/)*?{text})"
        written.append(text)
    return "".join(written) + ("[^/]+/" if below and directory else "")


def _runs_of_segments(segments: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """The segments between `**`, each with whether a `**` stands before it."""
    free, run = False, list[str]()
    for segment in segments:
        if segment == "**":
            if run:
                yield free, run
            free, run = True, []
        else:
            run.append(segment)
    if run:
        yield free, run


def _segment(glob: str) -> str:
    """One segment of a pattern, which matches one whole segment of a path."""
    parts = [""]
    position = 0
    while position < len(glob):
        character = glob[position]
        position += 1
        if character == "*":
            parts.append("")
        elif character == "?":
            parts[-1] += "[^/]"
        elif character == "[":
            written, position = _class(glob, position - 1)
            parts[-1] += written
        else:
            if character == "\\":
                character = glob[position : position + 1]
                position += 1
            parts[-1] += re.escape(character)
    first, *rest = parts
    if not rest:
        return first
    middle = "".join(f"(?>[^/]*?{part})" for part in rest[:-1] if part)
    return f"{first}{middle}[^/]*{rest[-1]}" if glob != "*" else "[^/]+"


def _class(glob: str, start: int) -> tuple[str, int]:
    """A bracket expression that begins at `start`, and where it ends."""
    found = _CLASS.match(glob, start)
    if found is None:
        raise ValueError(f"{glob!r} has a [ without a ]")
    negated, members = found.groups()
    written = "".join(_member(member) for member in _MEMBER.findall(members))
    try:
        re.compile(f"[{written}]")
    except re.error as error:
        raise ValueError(f"{glob!r} has a bad [...]: {error}") from None
    return f"(?!/)[{'^' if negated else ''}{written}]", found.end()


def _member(member: str) -> str:
    named = member.removeprefix("[:").removesuffix(":]")
    if named != member:
        if named not in _NAMED:
            raise ValueError(f"there is no character class {member}")
        return _NAMED[named]
    return "-" if member == "-" else re.escape(member[-1])
