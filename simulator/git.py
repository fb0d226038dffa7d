"""A bare repository on disk, asked through git's own commands.

Reads go through one long-lived `git cat-file --batch`, so that an answer of the REST API costs no
new process. See git-cat-file(1), git-fast-import(1) and git-merge-tree(1).
"""

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from simulator.objects import (
    Commit,
    FileChange,
    Person,
    TouchedPaths,
    TreeEntry,
    parse_changes,
    parse_commit,
    parse_listing,
    parse_touched,
    text,
)

ZERO = "0" * 40

Files = Mapping[str, str | bytes | None]

_CONFIGURATION = """\
[core]
    repositoryformatversion = 0
    bare = true
    logAllRefUpdates = false
[http]
    receivepack = true
[uploadpack]
    allowFilter = true
    allowAnySHA1InWant = true
[receive]
    hideRefs = refs/pull
    autogc = false
[gc]
    auto = 0
[maintenance]
    auto = false
"""


class GitError(Exception):
    """git ended with a status other than 0."""


def environment() -> dict[str, str]:
    """An environment in which no configuration of the user reaches git."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "GitHub",
        "GIT_AUTHOR_EMAIL": "noreply@github.example",
        "GIT_COMMITTER_NAME": "GitHub",
        "GIT_COMMITTER_EMAIL": "noreply@github.example",
        "LC_ALL": "C",
    }


class BareRepository:
    """The git side of one repository. Safe for use by several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.commit = lru_cache(maxsize=4096)(self._commit)
        self.changes = lru_cache(maxsize=256)(self._changes)
        self.merge_base = lru_cache(maxsize=1024)(self._merge_base)
        self._listing = lru_cache(maxsize=1024)(self._ls_tree)
        self.count = lru_cache(maxsize=1024)(self._count)

    @classmethod
    def create(cls, path: Path, default_branch: str) -> "BareRepository":
        """Make an empty repository at `path`."""
        for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (path / folder).mkdir(parents=True)
        (path / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n")
        (path / "config").write_text(_CONFIGURATION)
        return cls(path)

    def close(self) -> None:
        """End the reading process."""
        with self._lock:
            if self._reader is not None:
                self._reader.communicate()
                self._reader = None

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run one git command here and return its standard output, or raise `GitError`."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            input=stdin,
            env=environment(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise GitError(f"git {' '.join(arguments)}: {text(done.stderr)}")
        return done.stdout

    def refs(self) -> dict[str, str]:
        """Branches and tags: full name -> object."""
        listing = self.run(
            "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"
        )
        pairs = (line.split(" ", 1) for line in listing.decode().splitlines())
        return {name: sha for sha, name in pairs}

    def read(self, name: str) -> tuple[str, str, bytes] | None:
        """(sha, type, content) of what a name ("main", "<sha>:a/b.py") stands for, if anything."""
        if "\n" in name or not name:
            return None
        with self._lock:
            if self._reader is None:
                self._reader = subprocess.Popen(
                    ["git", f"--git-dir={self.path}", "cat-file", "--batch"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment(),
                )
            asked, answer = self._reader.stdin, self._reader.stdout
            if asked is None or answer is None:
                raise GitError("git cat-file has no pipes")
            asked.write(name.encode() + b"\n")
            asked.flush()
            header = answer.readline()
            fields = header.split()
            if len(fields) != 3 or header.endswith((b" missing\n", b" ambiguous\n")):
                return None
            content = answer.read(int(fields[2]) + 1)[:-1]
        return fields[0].decode(), fields[1].decode(), content

    def has_commit(self, sha: str) -> bool:
        """Whether this is the full name of a commit that is here."""
        found = self.read(sha)
        return found is not None and found[:2] == (sha, "commit")

    def resolve(self, revision: str) -> str | None:
        """The commit that a branch, tag, full ref or sha names."""
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            found = self.read(f"{name}^{{commit}}")
            if found is not None:
                return found[0]
        return None

    def tree(self, name: str, *, recursive: bool = False) -> list[TreeEntry] | None:
        """The entries of a tree ("<sha>:folder", "<sha>:"); None where there is no tree."""
        found = self.read(name)
        if found is None or found[1] != "tree":
            return None
        return self._listing(found[0], recursive=recursive)

    def log(self, tips: Sequence[str], without: Sequence[str], limit: int) -> list[str]:
        """Commits reachable from `tips`, not from `without`; the newest `limit`, oldest first."""
        revisions = "\n".join([*tips, *(f"^{sha}" for sha in without)])
        listing = self.run(
            "rev-list", "--topo-order", f"--max-count={limit}", "--stdin", stdin=revisions.encode()
        )
        return listing.decode().split()[::-1]

    def contains(self, ancestor: str, commit: str) -> bool:
        """Whether `commit` has `ancestor` in its history."""
        return self.merge_base(ancestor, commit) == ancestor

    def touched(self, shas: Sequence[str]) -> dict[str, TouchedPaths]:
        """The paths that each commit touched; merges touch none."""
        if not shas:
            return {}
        arguments = ("diff-tree", "--stdin", "--root", "-r", "-z", "--name-status")
        return parse_touched(self.run(*arguments, stdin="\n".join(shas).encode() + b"\n"))

    def files_of(self, sha: str) -> list[FileChange]:
        """What one commit changed against its first parent."""
        parents = self.commit(sha).parents
        return self.changes(parents[0] if parents else None, sha)

    def write(
        self,
        branch: str,
        files: Files,
        *,
        parent: str | None,
        message: str,
        author: Person,
    ) -> None:
        """Commit `files` (path -> content, None deletes) on `parent` and point the branch there."""
        identity = f"{author.name} <{author.email}> {int(author.at.timestamp())} +0000"
        parts = [
            f"commit refs/heads/{branch}\nauthor {identity}\ncommitter {identity}\n".encode(),
            _data(message.encode()),
            f"from {parent}\n".encode() if parent else b"",
        ]
        for path, content in files.items():
            if content is None:
                parts.append(f"D {_quoted(path)}\n".encode())
            else:
                raw = content.encode() if isinstance(content, str) else content
                parts += [f"M 100644 inline {_quoted(path)}\n".encode(), _data(raw)]
        if parent is None:
            parts.insert(0, f"reset refs/heads/{branch}\n".encode())
        self.run("fast-import", "--quiet", "--force", "--date-format=raw", stdin=b"".join(parts))

    def blob(self, content: bytes) -> str:
        """A file's content, kept; its object."""
        return self.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def replant(self, tree: str | None, files: Mapping[str, str | None]) -> str:
        """A tree like `tree` (empty for None) with files (path -> blob, None deletes) changed."""
        entries = {it.path: it for it in (self.tree(tree) if tree is not None else None) or ()}
        lines = {name: f"{it.mode} {it.type} {it.sha}" for name, it in entries.items()}
        below: dict[str, dict[str, str | None]] = {}
        for path, blob in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = blob
            elif blob is None:
                lines.pop(name, None)
            else:
                lines[name] = f"100644 blob {blob}"
        for name, inside in below.items():
            old = entries.get(name)
            folder = old.sha if old is not None and old.type == "tree" else None
            lines[name] = f"040000 tree {self.replant(folder, inside)}"
        listing = "".join(f"{line}\t{name}\0" for name, line in lines.items())
        return self.run("mktree", "-z", stdin=listing.encode()).decode().strip()

    def commit_tree(self, tree: str, parents: Sequence[str], message: str) -> str:
        """A commit that no ref names."""
        given = [word for parent in parents for word in ("-p", parent)]
        made = self.run("commit-tree", tree, *given, "-F", "-", stdin=message.encode())
        return made.decode().strip()

    def merge(self, base: str, head: str, message: str) -> str | None:
        """A merge commit of two commits that no ref names; None where they conflict."""
        try:
            tree = self.run("merge-tree", "--write-tree", base, head).decode().split()[0]
        except GitError:
            return None
        return self.commit_tree(tree, (base, head), message)

    def point(self, ref: str, sha: str | None) -> None:
        """Set a ref, or delete it with None."""
        self.run("update-ref", *(("-d", ref) if sha is None else (ref, sha)))

    def fetch(self, other: "BareRepository", *refspecs: str) -> None:
        """Bring commits or refs of another repository on this machine here."""
        switches = ("--quiet", "--no-tags", "--no-write-fetch-head")
        self.run("fetch", *switches, str(other.path), *refspecs)

    def receive(self, directory: Path, refspecs: Sequence[str]) -> None:
        """Take a push from a clone on this machine."""
        done = subprocess.run(
            ["git", "-C", str(directory), "push", "--quiet", str(self.path), *refspecs],
            env=environment(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise GitError(f"git push: {text(done.stderr)}")

    def _commit(self, sha: str) -> Commit:
        found = self.read(f"{sha}^{{commit}}")
        if found is None:
            raise GitError(f"no commit {sha}")
        return parse_commit(found[0], found[2])

    def _changes(self, base: str | None, head: str) -> list[FileChange]:
        trees = ("--root", head) if base is None else (base, head)
        return parse_changes(
            self.run("diff-tree", "-r", "-M", "--raw", "--numstat", "-z", "--no-commit-id", *trees)
        )

    def _ls_tree(self, tree: str, *, recursive: bool) -> list[TreeEntry]:
        deep = ("-r", "-t") if recursive else ()
        return parse_listing(self.run("ls-tree", "-z", "-l", "--full-tree", *deep, tree))

    def _count(self, base: str, head: str) -> int:
        return int(self.run("rev-list", "--count", f"{base}..{head}"))

    def _merge_base(self, one: str, other: str) -> str | None:
        try:
            return self.run("merge-base", one, other).decode().strip()
        except GitError:
            return None


def _data(raw: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(raw), raw)


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
