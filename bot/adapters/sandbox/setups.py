"""Making environments: each set-up in a sandbox of its own, before the first run that needs it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.adapters.sandbox import checkout, environments, results, views
from bot.adapters.sandbox.arguments import View
from bot.adapters.sandbox.execution import Ended, Execution
from bot.adapters.sandbox.host import Host
from bot.adapters.sandbox.launch import Feed
from bot.adapters.sandbox.proxy import Proxy
from bot.adapters.sandbox.reporting import Report
from bot.adapters.sandbox.slots import Slot
from bot.ports.sandbox import Ending, SandboxStage, Setup, Source


class SetupFailedError(Exception):
    """A set-up ended badly: how, and what it asked for that the proxy refused."""

    def __init__(self, ended: Ended, refused: tuple[str, ...] = ()) -> None:
        self.ended = ended
        self.refused = refused
        super().__init__(f"the set-up ended with status {ended.status}")


class Setups:
    """Environments for the run in one slot: known ones at once, new ones after their set-up."""

    def __init__(self, host: Host, slot: Slot, report: Report) -> None:
        self._host = host
        self._slot = slot
        self._report = report
        self._kept = environments.Environments(host.directory / "environments")

    @contextmanager
    def environment(self, setup: Setup, source: Source | None) -> Iterator[Path]:
        """Hold the environment that `setup` makes from the files it declares.

        Raises `SetupFailedError` and `SandboxError`.
        """
        digests = environments.digests(source, setup.files)
        key = environments.key(setup.command, digests, self._host.made_with)

        def make(draft: Path) -> None:
            with self._base() as base:
                self._make(setup, source, base, draft)

        with self._kept.use(key, make, self._report.waiting) as ready:
            yield ready

    @contextmanager
    def _base(self) -> Iterator[Path]:
        """What every set-up begins with: a virtual environment with pip, which is slow to make."""
        key = environments.key("", {}, self._host.made_with)

        def make(draft: Path) -> None:
            self._fill(draft, views.of_base(self._host, self._slot), None)

        with self._kept.use(key, make, self._report.waiting) as ready:
            yield ready

    def _make(self, setup: Setup, source: Source | None, base: Path, draft: Path) -> None:
        socket = self._slot.directory / "proxy"
        proxy = Proxy(self._host.package_indexes, resolve=self._host.resolve)
        view = views.of_setup(self._host, self._slot, setup, base, socket)
        with ExitStack() as held:
            feed = None
            if setup.files and source:
                feed = held.enter_context(checkout.archive(source, setup.files))
            held.enter_context(proxy.serving(socket, self._slot.uid))
            try:
                self._fill(draft, view, feed)
            except SetupFailedError as failure:
                raise SetupFailedError(failure.ended, tuple(proxy.refused)) from failure

    def _fill(self, draft: Path, view: View, feed: Feed | None) -> None:
        plan = self._host.plan(self._slot, view, self._host.setup_limits, feed)
        watch = self._report.at(SandboxStage.SETUP)
        with Execution(plan) as execution:
            ended = execution.wait(watch, watch)
            if ended.ending is not Ending.EXITED or ended.status:
                raise SetupFailedError(ended)
            target = os.open(draft, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                results.keep(execution.environment, target, lambda: watch(()))
            finally:
                os.close(target)
