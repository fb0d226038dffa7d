"""The composition root: the only module that builds real adapters."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import Engine

from bot.adapters import database
from bot.adapters.clock import SystemClock
from bot.adapters.database import Database
from bot.adapters.git.commits import GitCommits
from bot.adapters.git.mirror import GitMirrors
from bot.adapters.github.access import AppAccess, TokenAccess, github_access
from bot.adapters.inventories import GitInventories
from bot.adapters.layouts import SandboxedLayouts
from bot.adapters.probes.prober import NetworkProber
from bot.adapters.probes.reach import AllowList
from bot.adapters.queue.chores import Chore
from bot.adapters.readiness import QueueCollector, Readiness
from bot.adapters.sandbox.opening import Wishes, open_sandbox
from bot.adapters.sandbox.refusing import RefusingSandbox
from bot.adapters.scanning import open_scanner
from bot.adapters.store.comments import DatabaseComments
from bot.adapters.store.deliveries import DatabaseDeliveries
from bot.adapters.store.history import DatabaseHistory
from bot.adapters.store.migrate import migrate
from bot.adapters.store.notes import DatabaseNotes
from bot.adapters.store.pages import DatabaseReportPages
from bot.adapters.store.probes import DatabaseProbeBook
from bot.adapters.store.results import DatabaseTestResults
from bot.adapters.store.runs import DatabaseRuns
from bot.adapters.store.trust import DatabaseApprovals, DatabaseTestRequests
from bot.adapters.store.waivers import DatabaseWaivers
from bot.adapters.store.wishes import DatabaseQueue
from bot.adapters.tools import RefusedTools, SandboxTools
from bot.domain.suite import Executor
from bot.handlers.daily import forget_answers, forget_reports, look_again, thin_history
from bot.handlers.probing import ask_due
from bot.handlers.reconcile import reconcile
from bot.handlers.services import Services
from bot.handlers.sweep import sweep
from bot.handlers.testing import Testing
from bot.handlers.waivers import keep_waivers
from bot.ports.actions import WorkflowsAccess
from bot.ports.github import GitHubAccess
from bot.ports.queue import Queue
from bot.ports.sandbox import Sandbox, SandboxUnavailableError
from bot.ports.scanner import Scanner
from bot.ports.store import Deliveries
from bot.settings import Settings
from bot.suites.actions import ActionsExecutor
from bot.suites.executors import SandboxExecutor
from bot.web.app import create_app
from bot.web.health import Probe
from bot.web.reports import report_pages
from bot.web.runs import run_pages

_log = structlog.get_logger(__name__)
_WEB_CONNECTIONS = 8
_WEB_STATEMENT_SECONDS = 5.0
"""GitHub waits ten seconds for an answer."""
_CONNECTIONS_OF_A_JOB = 2  # one holds the target's lock
_CONNECTIONS_BESIDE = 4
_HOURLY = timedelta(hours=1)
_A_DAY = timedelta(days=1)
_PROBE_EVERY = timedelta(seconds=1)


@contextmanager
def ready_database(settings: Settings) -> Iterator[Database]:
    """The database, running and migrated, for as long as the context lasts."""
    with database.opened(settings) as opened:
        engine = database.connect(opened.url, name="canon migrate", connections=1)
        migrate(engine)
        engine.dispose()
        yield opened


@contextmanager
def store(settings: Settings) -> Iterator[tuple[Deliveries, Queue]]:
    """The book of deliveries and the queue, for a command that ends soon."""
    with ready_database(settings) as opened:
        engine = database.connect(opened.url, name="canon command", connections=1)
        yield DatabaseDeliveries(engine), DatabaseQueue(engine)
        engine.dispose()


def web(settings: Settings, url: str) -> Flask:
    """The web application on the database at `url`."""
    engine = database.connect(
        url,
        name="canon web",
        connections=_WEB_CONNECTIONS,
        statement_seconds=_WEB_STATEMENT_SECONDS,
    )
    readiness = Readiness(engine, settings.data_dir, stalled_seconds=settings.stalled_seconds)
    return create_app(
        settings,
        DatabaseDeliveries(engine),
        SystemClock(),
        probes=[
            Probe("database", readiness.database),
            Probe("queue", readiness.queue),
            Probe("disk", readiness.disk),
        ],
        collectors=[QueueCollector(engine)],
        pages=[
            run_pages(DatabaseRuns(engine), DatabaseTestResults(engine)),
            report_pages(DatabaseReportPages(engine)),
        ],
    )


def work(settings: Settings, url: str) -> int:
    """Run a worker on the database at `url` until it is told to stop; its exit status."""
    from bot import worker
    from bot.adapters.queue.worker import COMMANDS_AT_A_TIME

    at_a_time = settings.worker_concurrency + COMMANDS_AT_A_TIME
    engine = database.connect(
        url,
        name="canon worker",
        connections=at_a_time * _CONNECTIONS_OF_A_JOB + _CONNECTIONS_BESIDE,
    )
    github = _github(settings)
    sandbox = _sandbox(settings)
    testing = _testing(settings, engine, github, sandbox)
    services = _services(settings, engine, github, testing, sandbox)
    deliveries, results = DatabaseDeliveries(engine), DatabaseTestResults(engine)
    prober = NetworkProber(AllowList(settings.probe_hosts), services.clock)
    kept = timedelta(days=settings.retention_days)
    chores = [
        Chore("sweep", timedelta(seconds=settings.sweep_seconds), partial(sweep, services)),
        Chore("probe", _PROBE_EVERY, partial(ask_due, services, prober)),
        Chore("daily", _A_DAY, partial(look_again, services)),
        Chore("waivers", _HOURLY, partial(keep_waivers, services)),
        Chore("forget", _HOURLY, lambda: deliveries.forget(kept, services.clock.now())),
        Chore("answers", _HOURLY, partial(forget_answers, services)),
        Chore("reports", _HOURLY, partial(forget_reports, services, kept)),
        Chore("history", _A_DAY, partial(thin_history, services)),
        Chore("logs", _HOURLY, lambda: results.forget(kept, services.clock.now())),
    ]
    return worker.run(settings, url, engine, partial(reconcile, services), chores)


def _github(settings: Settings) -> AppAccess | TokenAccess:
    return github_access(
        api_url=settings.github_api_url,
        check_name=settings.check_name,
        public_url=settings.public_url,
        clock=SystemClock(),
        app_id=settings.github_app_id,
        private_key=_revealed(settings.github_private_key),
        token=_revealed(settings.github_token),
    )


def _services(
    settings: Settings,
    engine: Engine,
    github: GitHubAccess,
    testing: Testing,
    sandbox: Sandbox,
) -> Services:
    clock = SystemClock()
    return Services(
        github=github,
        mirrors=GitMirrors(settings.data_dir / "mirrors", settings.github_url, clock),
        commits=GitCommits,
        scanner=partial(_scanner, sandbox),
        inventories=GitInventories,
        runs=DatabaseRuns(engine),
        comments=DatabaseComments(engine),
        waivers=DatabaseWaivers(engine),
        queue=DatabaseQueue(engine),
        testing=testing,
        history=DatabaseHistory(engine),
        notes=DatabaseNotes(engine),
        probes=DatabaseProbeBook(engine),
        pages=DatabaseReportPages(engine),
        layouts=SandboxedLayouts(),
        clock=clock,
        github_url=settings.github_url,
        check_name=settings.check_name,
        public_url=settings.public_url,
        deadline=timedelta(seconds=settings.deadline_seconds),
        phase_labels=settings.phase_labels,
        weekly_summary=settings.weekly_summary,
    )


def _testing(
    settings: Settings, engine: Engine, github: WorkflowsAccess, sandbox: Sandbox
) -> Testing:
    return Testing(
        executors={
            Executor.SANDBOX: SandboxExecutor(sandbox),
            Executor.ACTIONS: ActionsExecutor(github, SystemClock()),
        },
        approvals=DatabaseApprovals(engine),
        requests=DatabaseTestRequests(engine),
        results=DatabaseTestResults(engine, settings.public_url),
        concurrency=settings.sandbox_concurrency,
        time=timedelta(seconds=settings.tests_seconds),
        progress_every=timedelta(seconds=settings.progress_seconds),
    )


def _sandbox(settings: Settings) -> Sandbox:
    """The sandbox, tried out; where there is none, something that refuses with the reason."""
    if settings.sandbox == "off":
        return RefusingSandbox("the sandbox is switched off (CANON_SANDBOX=off)")
    wishes = Wishes(
        directory=settings.data_dir / "sandbox",
        first_uid=settings.sandbox_uid,
        concurrency=settings.sandbox_concurrency,
        cgroup=settings.sandbox_cgroup,
        toolchains=settings.sandbox_toolchains,
        package_indexes=settings.package_indexes,
        certificates=settings.certificates,
    )
    try:
        return open_sandbox(wishes)
    except SandboxUnavailableError as error:
        _log.warning("sandbox.unavailable", reason=str(error))
        return RefusingSandbox(str(error))


def _scanner(
    sandbox: Sandbox, git_dir: Path, refusal: str | None
) -> AbstractContextManager[Scanner]:
    """A mirror's scanner, which runs the commands of rules unless there is a refusal."""
    tools = SandboxTools(sandbox, git_dir) if refusal is None else RefusedTools(refusal)
    return open_scanner(git_dir, cache=git_dir.with_suffix(".facts"), tools=tools)


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
