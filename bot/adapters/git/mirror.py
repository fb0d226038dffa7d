"""Bare mirrors of GitHub repositories: created once, then fetched ref by ref."""

import base64
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.adapters.git import command
from bot.adapters.git.lock import hold
from bot.adapters.git.maintenance import consolidate
from bot.adapters.git.transfer import Transfer
from bot.domain.errors import CouldNotCheckError, RetryLaterError
from bot.domain.repository import RepositoryRef
from bot.ports.clock import Cancellation, Clock
from bot.ports.git import Mirror
from bot.ports.github import GitCredentials

_log = structlog.get_logger(__name__)

_ATTRIBUTES = "* -filter -export-ignore -export-subst -ident -text -eol -working-tree-encoding\n"
"""Overrides every .gitattributes of the repository: it is under the pull request's control."""

_MISSING_REF = re.compile(r"couldn't find remote ref (\S+)")
_REFUSED = re.compile(r"Authentication failed|returned error: 40[13]|could not read Username")
_GONE = re.compile(r"returned error: 404|repository '.*' not found", re.DOTALL)
_STALE_LOCK = re.compile(r"Unable to create '.*\.lock': File exists")
_CONFLICT = re.compile(r"'(refs/[^']+)' exists; cannot create")
_BROKEN = re.compile(r"object file .* is empty|loose object .* is corrupt|bad object|pack.*corrupt")
_BACK_OFF = timedelta(seconds=5)


class MirrorRefusedError(CouldNotCheckError):
    """GitHub would not let us read the repository with the credentials we have."""


class RepositoryNotFoundError(CouldNotCheckError):
    """There is no such repository, or the installation may not see it."""


class GitMirrors:
    """The `Mirrors` port on a directory: `<root>/<repository id>.git`.

    Args:
        root: where the mirrors live; made when missing.
        github_url: what clone URLs start with, such as https://github.com. Only its protocol is
            allowed to git, and redirects are not followed.
        clock: the time, for retries.
    """

    def __init__(self, root: Path, github_url: str, clock: Clock) -> None:
        self._root = root
        self._github_url = github_url.rstrip("/")
        self._clock = clock

    def existing(self, repository: RepositoryRef) -> Path | None:
        """The mirror as it is; None where there is none yet."""
        path = self._path(repository)
        return path if path.is_dir() else None

    def update(
        self,
        repository: RepositoryRef,
        refs: Sequence[str],
        *,
        credentials: GitCredentials,
        cancellation: Cancellation,
    ) -> Mirror:
        """Fetch `refs`, and say where each of them points now."""
        path = self._path(repository)
        self._root.mkdir(parents=True, exist_ok=True)
        with hold(path.with_suffix(".lock"), cancellation):
            if not path.is_dir():
                _create(path)
            self._fetch(path, repository, refs, credentials, cancellation)
            consolidate(path)
            return Mirror(git_dir=path, refs=_read_refs(path, refs))

    def _path(self, repository: RepositoryRef) -> Path:
        return self._root / f"{repository.id}.git"

    def _fetch(
        self,
        path: Path,
        repository: RepositoryRef,
        refs: Sequence[str],
        credentials: GitCredentials,
        cancellation: Cancellation,
    ) -> None:
        """Fetch, repairing what can be repaired, until it works or the reason is final."""
        url = f"{self._github_url}/{repository.full_name}.git"
        wanted = list(refs)
        repairs = _Repairs()
        while wanted:
            transfer = Transfer(
                arguments=self._arguments(path, url, wanted),
                environment=self._environment(credentials.authorization()),
            )
            stderr = transfer.run(cancellation)
            if stderr is None:
                return
            if missing := _MISSING_REF.search(stderr):
                wanted.remove(missing[1])
                _forget_ref(path, missing[1])
            elif conflict := _CONFLICT.search(stderr):
                _forget_ref(path, conflict[1])
            elif _STALE_LOCK.search(stderr) and repairs.first("lock"):
                _remove_stale_locks(path)
            elif _BROKEN.search(stderr) and repairs.first("broken"):
                _log.warning("mirror.broken", repository=repository.full_name)
                shutil.rmtree(path)
                _create(path)
            elif _REFUSED.search(stderr) and repairs.first("credentials"):
                credentials.refused()
            else:
                raise self._failure(repository, stderr)

    def _arguments(self, path: Path, url: str, refs: Iterable[str]) -> list[str]:
        scheme = urlsplit(url).scheme
        return command.arguments(
            path,
            "-c",
            f"protocol.{scheme}.allow=always",
            "-c",
            "http.followRedirects=false",
            "-c",
            "http.lowSpeedLimit=1000",
            "-c",
            "http.lowSpeedTime=30",
            "fetch",
            "--quiet",
            "--force",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--end-of-options",
            url,
            *(f"+{ref}:{ref}" for ref in refs),
        )

    def _environment(self, authorization: str | None) -> Mapping[str, str]:
        """Credentials travel in the environment: arguments and configuration can be read."""
        if authorization is None:
            return command.environment()
        return command.environment(
            {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{self._github_url}/.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: {authorization}",
            }
        )

    def _failure(self, repository: RepositoryRef, stderr: str) -> CouldNotCheckError:
        said = stderr.strip()[-300:]
        if _REFUSED.search(stderr):
            return MirrorRefusedError(
                f"GitHub refused to let Canon read {repository.full_name}: grant the App "
                f"`contents: read` on it ({said})"
            )
        if _GONE.search(stderr):
            return RepositoryNotFoundError(f"GitHub has no repository {repository.full_name}")
        at = self._clock.now() + _BACK_OFF
        return RetryLaterError(f"git could not fetch {repository.full_name}: {said}", at)


def basic_authorization(token: str) -> str:
    """The Authorization header with which GitHub's git servers take an installation token."""
    return "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()


class _Repairs:
    """Each kind of repair is tried once."""

    def __init__(self) -> None:
        self._done: set[str] = set()

    def first(self, kind: str) -> bool:
        if kind in self._done:
            return False
        self._done.add(kind)
        return True


def _create(path: Path) -> None:
    """Make an empty mirror beside its place and move it there: it is whole or it is not."""
    with _scratch(path.parent) as scratch:
        command.run(None, "init", "--quiet", "--bare", "--template=", str(scratch))
        (scratch / "info").mkdir(exist_ok=True)
        (scratch / "info" / "attributes").write_text(_ATTRIBUTES)
        scratch.rename(path)


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    outer = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        yield outer / "mirror.git"
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def _forget_ref(path: Path, ref: str) -> None:
    command.run(path, "update-ref", "-d", ref)


def _remove_stale_locks(path: Path) -> None:
    """We hold the mirror, so a lock file in it was left by a process that died."""
    for stale in path.rglob("*.lock"):
        stale.unlink(missing_ok=True)


def _read_refs(path: Path, refs: Sequence[str]) -> Mapping[str, str]:
    wanted = set(refs)
    listing = command.run(path, "for-each-ref", "--format=%(refname)%00%(objectname)", *refs)
    pairs = (line.split("\0") for line in listing.decode().splitlines())
    return {name: commit for name, commit in pairs if name in wanted}
