"""A plug-in for pytest that runs inside sandboxes: what happens, line by line, as it happens.

Each line is a JSON object, written to a pipe and out of the process at once, so that a killed run
has lost nothing but the test that was running. Works with any pytest since 6 and any Python since
3.8, and needs nothing else. The lines are read by `bot.suites.stream`.

    {"event": "session", "prefix": "backend/"}              where pytest's root lies in the tree
    {"event": "collected", "ids": ["backend/test_a.py::test_x", ...]}
    {"event": "start", "id": ...}
    {"event": "report", "id": ..., "when": "call", "outcome": "failed", "xfail": false,
     "message": "assert 1 == 2", "seconds": 0.01}
    {"event": "collect_error", "id": ..., "message": ...}
    {"event": "end", "status": 1}

Reruns are Canon's own business: plug-ins that repeat failing tests write every attempt into the
result file as a test of its own that passed, so they are switched off. With CANON_SELECT naming a
file of ids, only those tests run.
"""

from __future__ import annotations

import json
import os

import pytest

TREE = "/sandbox/tree"
EVENTS = "/run/canon/events"
RERUNNERS = ("rerunfailures", "flaky", "pytest-retry")
LONGEST_LINE = 4000  # what a pipe takes in one piece: PIPE_BUF of pipe(7)
LONGEST_MESSAGE = 500


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Join in, once options are read and other plug-ins are set up."""
    manager = config.pluginmanager
    for name in RERUNNERS:
        if manager.hasplugin(name):
            manager.unregister(name=name)
    prefix = _prefix(str(config.rootpath))
    selection = os.environ.get("CANON_SELECT")
    if selection:
        manager.register(Selection(prefix, selection), "canon-selection")
    if not hasattr(config, "workerinput"):  # the workers of xdist report to their controller
        manager.register(Reporter(prefix), "canon-reporter-lines")


def _prefix(root: str) -> str:
    path = os.path.relpath(root, TREE)
    return "" if path == "." or path.startswith("..") else path + "/"


class Selection:
    """Leaves only the tests that a file names."""

    def __init__(self, prefix: str, path: str) -> None:
        self._prefix = prefix
        with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - old Pythons too
            self._wanted = set(file.read().splitlines())

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Deselect the others."""
        others = [item for item in items if self._prefix + item.nodeid not in self._wanted]
        if others:
            config.hook.pytest_deselected(items=others)
            items[:] = [item for item in items if self._prefix + item.nodeid in self._wanted]


class Reporter:
    """Writes the lines. A pipe that is gone ends the reporting, never the tests."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._collected = 0
        try:
            self._pipe: int | None = os.open(EVENTS, os.O_WRONLY)
        except OSError:
            self._pipe = None
        self._write({"event": "session", "prefix": prefix})

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say which tests there are."""
        self._say_collected([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Say it for xdist, where every worker collects the same."""
        if not self._collected:
            self._say_collected(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._write({"event": "start", "id": self._prefix + nodeid})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test has come through one of its phases."""
        if report.when == "call" or report.outcome != "passed":
            self._write(
                {
                    "event": "report",
                    "id": self._prefix + report.nodeid,
                    "when": report.when,
                    "outcome": report.outcome,
                    "xfail": hasattr(report, "wasxfail"),
                    "message": _message(report),
                    "seconds": round(report.duration, 4),
                }
            )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module could not be collected."""
        if report.failed:
            self._write(
                {
                    "event": "collect_error",
                    "id": self._prefix + report.nodeid,
                    "message": _message(report),
                }
            )

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """The end, as pytest sees it."""
        self._write({"event": "end", "status": int(exitstatus)})

    def _say_collected(self, ids: list[str]) -> None:
        self._collected = len(ids)
        batch: list[str] = []
        size = 0
        for nodeid in ids:
            name = self._prefix + nodeid
            if batch and size + len(json.dumps(name)) > LONGEST_LINE - 100:
                self._write({"event": "collected", "ids": batch})
                batch, size = [], 0
            batch.append(name)
            size += len(json.dumps(name)) + 2
        if batch:
            self._write({"event": "collected", "ids": batch})

    def _write(self, line: dict[str, object]) -> None:
        if self._pipe is not None:
            try:
                os.write(self._pipe, json.dumps(line).encode() + b"\n")
            except OSError:
                self._pipe = None


def _message(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The line that a reader wants first; skipped tests carry (path, line, reason)."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = str(crash.message)
    elif isinstance(report.longrepr, tuple):
        text = str(report.longrepr[2])
    else:
        text = str(report.longrepr or "")
        errors = [line[2:].strip() for line in text.splitlines() if line.startswith("E ")]
        text = errors[-1] if errors else text
    return next((line for line in text.splitlines() if line.strip()), "")[:LONGEST_MESSAGE]
