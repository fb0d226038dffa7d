"""The code that the benchmarks measure on: real projects, committed to git version by version.

About 11,000 Python files of 180 MB at each of four commits, in one bare repository, packed as a
server would. Source archives come from the package index that pip is set to, once; everything is
kept under benchmarks/.corpus and made again when `PROJECTS` changes.
"""

import hashlib
import random
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from bot.adapters.git import command

HERE = Path(__file__).parent / ".corpus"
PROJECTS = {
    "cinder": ("23.0.0", "24.0.0", "25.0.0", "25.0.0"),
    "django": ("5.0.9", "5.1", "5.1.3", "5.1.4"),
    "nova": ("28.3.1", "29.2.0", "30.0.0", "30.0.0"),
    "pandas": ("2.1.4", "2.2.2", "2.2.3", "2.2.3"),
    "sqlalchemy": ("2.0.30", "2.0.34", "2.0.35", "2.0.36"),
    "sympy": ("1.12", "1.13.2", "1.13.3", "1.13.3"),
    "transformers": ("4.45.2", "4.46.3", "4.47.1", "4.47.1"),
}  # the last step is the size of a pull request, the others are releases
_WORDS = ("def", "return", "self", "value", "migration", "factory", "call(x)", "=", "\n    x = 1\n")
_LINK = re.compile(r'<a[^>]*href="([^"#]+)(?:#sha256=([0-9a-f]{64}))?[^"]*"', re.IGNORECASE)


def repository() -> Path:
    """The bare repository with the corpus on `main`, four commits; made when it is not there."""
    identity = hashlib.sha256(repr(PROJECTS).encode()).hexdigest()[:12]
    made = HERE / f"{identity}.git"
    if not made.exists():
        draft = HERE / f"{identity}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        command.run(None, "init", "--bare", "--quiet", "--initial-branch=main", str(draft))
        _import(draft)
        command.run(draft, "repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=20")
        command.run(draft, "pack-refs", "--all")
        draft.rename(made)
    return made


def made(files: int) -> Path:
    """A bare repository with so many made files, two commits; made when it is not there.

    Whatever the number, fifty of them import `six`, and twenty differ between the two commits: what
    there is to find, and to compare, is the same.
    """
    there = HERE / f"made-{files}.git"
    if not there.exists():
        draft = HERE / f"made-{files}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        command.run(None, "init", "--bare", "--quiet", "--initial-branch=main", str(draft))
        arguments = command.arguments(draft, "fast-import", "--quiet")
        with subprocess.Popen(
            arguments, stdin=subprocess.PIPE, env=command.environment()
        ) as importer:
            assert importer.stdin is not None
            importer.stdin.writelines(_made(files))
        command.run(draft, "repack", "-a", "-d", "-f", "-q")
        command.run(draft, "pack-refs", "--all")
        draft.rename(there)
    return there


def _made(files: int) -> Iterator[bytes]:
    """git-fast-import(1)'s words for the two commits."""
    generator = random.Random(0)  # noqa: S311 - no secret
    for number, message in enumerate((b"All", b"Twenty changed")):
        yield (
            b"commit refs/heads/main\ncommitter Bench <bench@example.com> %d +0000\ndata %d\n%s\n"
            % (1_700_000_000 + number * 86_400, len(message), message)
        )
        changed = range(files) if number == 0 else range(0, files, files // 20)
        for file in changed:
            first = b"import six\n" if file % (files // 50) == 0 else b"import os\n"
            words = " ".join(generator.choices(_WORDS, k=400)).encode()
            content = first + words + b"\n# %d %d\n" % (file, number)
            path = b"package%d/part%d/module%d.py" % (file % 20, file // 20 % 50, file)
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(content), content)


def _import(git_dir: Path) -> None:
    """Commit one version of every project after the other, by `git fast-import`."""
    importer = subprocess.Popen(
        command.arguments(git_dir, "fast-import", "--quiet"),
        stdin=subprocess.PIPE,
        env=command.environment(),
    )
    assert importer.stdin is not None
    for number in range(len(next(iter(PROJECTS.values())))):
        message = f"Version {number}".encode()
        when = 1_700_000_000 + number * 86_400
        importer.stdin.write(
            b"commit refs/heads/main\nmark :%d\ncommitter Bench <bench@example.com> %d +0000\n"
            b"data %d\n%s\n" % (number + 1, when, len(message), message)
        )
        if number:
            importer.stdin.write(b"from :%d\n" % number)
        importer.stdin.write(b"deleteall\n")
        for project, versions in PROJECTS.items():
            for path, content in _files(_archive(project, versions[number])):
                name = f"{project}/{path}".encode()
                importer.stdin.write(b"M 100644 inline %s\ndata %d\n" % (name, len(content)))
                importer.stdin.write(content + b"\n")
    importer.stdin.close()
    if importer.wait():
        raise RuntimeError("git fast-import failed")


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The Python files of a source archive, without its top folder."""
    with tarfile.open(archive) as tar:
        for member in tar:
            _, _, path = member.name.partition("/")
            content = tar.extractfile(member) if member.isfile() and path.endswith(".py") else None
            if content is not None:
                yield path, content.read()


def _archive(project: str, version: str) -> Path:
    """The source archive of one release, downloaded once and checked against the index's hash."""
    kept = HERE / "archives" / f"{project}-{version}.tar.gz"
    if not kept.exists():
        print(f"downloading {project} {version}", file=sys.stderr)
        kept.parent.mkdir(parents=True, exist_ok=True)
        page = f"{_index()}/{project}/"
        name = re.compile(rf"/{project}-{re.escape(version)}\.tar\.gz$", re.IGNORECASE)
        links = _LINK.findall(_get(page).decode())
        url, digest = next(link for link in links if name.search(link[0]))
        content = _get(urljoin(page, url))
        if digest and hashlib.sha256(content).hexdigest() != digest:
            raise RuntimeError(f"{url} is not what the index says it is")
        kept.write_bytes(content)
    return kept


def _index() -> str:
    """The package index that pip is set to use."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    return (asked.stdout.strip() or "https://pypi.org/simple").rstrip("/")


def _get(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310 - the operator's own index
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 - same
        content: bytes = answer.read()
    return content
