"""What git's objects and diffs say, parsed. See git-cat-file(1) and git-diff-tree(1)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

_IDENTITY = re.compile(
    r"^(?P<name>.*?) ?<(?P<email>.*?)> (?P<at>\d+) (?P<sign>[+-])(?P<zone>\d{4})$"
)


@dataclass(frozen=True, slots=True)
class Person:
    """An author or a committer, with the time of the deed."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A parsed commit object."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of a tree; `mode` is octal ("100644"), `size` that of a blob.

    `type` is blob, tree, or commit for a submodule; `path` starts at the tree that was listed.
    """

    mode: str
    type: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a diff; `status` is the letter of git-diff(1); binary files count no lines."""

    status: str
    path: str
    previous: str | None
    sha: str
    additions: int
    deletions: int


def text(raw: bytes) -> str:
    """Bytes of git as text that JSON can carry."""
    return raw.decode("utf-8", "replace")


def parse_person(line: str) -> Person:
    """The value of an `author` or `committer` header."""
    match = _IDENTITY.match(line)
    if match is None:
        raise ValueError(f"no identity: {line!r}")
    minutes = int(match["zone"][:2]) * 60 + int(match["zone"][2:])
    zone = timezone(timedelta(minutes=-minutes if match["sign"] == "-" else minutes))
    return Person(match["name"], match["email"], datetime.fromtimestamp(int(match["at"]), zone))


def parse_commit(sha: str, raw: bytes) -> Commit:
    """The content of a commit object."""
    head, _, message = text(raw).partition("\n\n")
    headers: dict[str, list[str]] = {}
    for line in head.split("\n"):
        key, _, value = line.partition(" ")
        headers.setdefault(key, []).append(value)
    return Commit(
        sha,
        headers["tree"][0],
        tuple(headers.get("parent", ())),
        parse_person(headers["author"][0]),
        parse_person(headers["committer"][0]),
        message.removesuffix("\n"),
    )


def parse_listing(output: bytes) -> list[TreeEntry]:
    """What `git ls-tree -z -l` prints."""
    entries = []
    for line in output.split(b"\0")[:-1]:
        meta, _, path = line.partition(b"\t")
        mode, kind, sha, size = meta.decode().split()
        entries.append(TreeEntry(mode, kind, sha, None if size == "-" else int(size), text(path)))
    return entries


@dataclass(slots=True)
class TouchedPaths:
    """What a commit did to paths; a rename is a removal and an addition."""

    added: list[str]
    removed: list[str]
    modified: list[str]


def parse_touched(output: bytes) -> dict[str, TouchedPaths]:
    """What `git diff-tree --stdin -r -z --name-status` prints: commit -> paths."""
    fields = iter(output.split(b"\0"))
    touched: dict[str, TouchedPaths] = {}
    paths = TouchedPaths([], [], [])
    for field in fields:
        if len(field) == 40:
            paths = touched[field.decode()] = TouchedPaths([], [], [])
        elif field:
            where = {b"A": paths.added, b"D": paths.removed}.get(field, paths.modified)
            where.append(text(next(fields)))
    return touched


def parse_changes(output: bytes) -> list[FileChange]:
    """What `git diff-tree -r -M --raw --numstat -z` prints, without the commit line."""
    fields = iter(output.split(b"\0"))
    raw: dict[str, tuple[str, str | None, str]] = {}
    changes = []
    for field in fields:
        if field.startswith(b":"):
            _, _, _, sha, status = field.decode().split(" ")
            previous = text(next(fields)) if status[0] in "RC" else None
            raw[text(next(fields))] = (status[0], previous, sha)
        elif field:
            added, deleted, path = field.split(b"\t", 2)
            if not path:
                next(fields)
                path = next(fields)
            status, previous, sha = raw[text(path)]
            counts = (0 if n == b"-" else int(n) for n in (added, deleted))
            changes.append(FileChange(status, text(path), previous, sha, *counts))
    return changes
