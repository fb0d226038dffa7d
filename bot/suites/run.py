"""Running one category: the command, a second run of what failed, and the judgement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation
from bot.domain.testing import CategoryResult
from bot.ports.sandbox import (
    DATA,
    PLUGINS,
    RESULTS,
    Ending,
    Sandbox,
    SandboxError,
    SandboxLimits,
    SandboxProgress,
    SandboxRequest,
    SandboxResult,
    SandboxStage,
    Setup,
    Source,
)
from bot.suites import coverage_files
from bot.suites.assessment import RunReport, assess, not_run
from bot.suites.coverage_files import CoverageFiles
from bot.suites.stream import Stream

_JUNIT: Final = "junit.xml"
_SELECTION: Final = "selection"
_MOST_AGAIN: Final = 100
_LEAST_SECONDS: Final = 1.0
_AGAIN: Final = b"\n--- the failing tests, run again ---\n"
_PLUGIN: Final = b"canon_reporter"
_LIMITS: Final = SandboxLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryProgress:
    """How far a category is: `done` of `total` tests, as far as its runner tells."""

    category: str
    stage: SandboxStage
    seconds: float
    done: int = 0
    total: int = 0
    test: str | None = None
    again: bool = False  # the failing tests are being run a second time


@dataclass(frozen=True, slots=True)
class CategoryRun:
    """A category's result, and all that is kept of what its command wrote.

    `coverage` are the coverage files that it wrote.
    """

    result: CategoryResult
    log: bytes = b""
    coverage: CoverageFiles = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs categories on one commit.

    `progress` is told at least once a second, and may raise to end the run. `untrusted` results
    are marked as such. `coverage` are paths of files that are wanted back beside the results.
    """

    sandbox: Sandbox
    source: Source
    phase: Phase
    limits: SandboxLimits = _LIMITS
    untrusted: bool = False
    coverage: tuple[str, ...] = ()
    progress: Callable[[CategoryProgress], None] = lambda _: None

    def run(self, category: Category) -> CategoryRun:
        """Run a category to its judgement.

        What cannot be run is a result too: it says `could_not_check`, and why.
        """
        try:
            first = self._once(category, category.timeout, coverage=self.coverage)
            if _lacks_plugin(first):
                first = self._once(category, category.timeout, plugin=False, coverage=self.coverage)
            again = self._again(category, first)
        except SandboxError as error:
            return CategoryRun(not_run(category, self.phase, str(error)))
        result = assess(category, self.phase, first, again=again, untrusted=self.untrusted)
        log = first.log + (_AGAIN + again.log if again else b"")
        return CategoryRun(result, log, first.coverage)

    def _again(self, category: Category, first: RunReport) -> RunReport | None:
        """Run the failing tests once more, so that those that fail by chance are known as such.

        A detecting test has to fail every time, or it proves nothing.
        """
        failing = first.to_run_again()
        left = category.timeout - first.seconds
        if (
            category.expect[self.phase] is Expectation.ANY
            or first.ending is not Ending.EXITED
            or not 0 < len(failing) <= _MOST_AGAIN
            or left < max(_LEAST_SECONDS, 0 if first.stream.heard else first.seconds)
        ):
            return None
        return self._once(category, left, only=failing if first.stream.heard else ())

    def _once(
        self,
        category: Category,
        seconds: float,
        *,
        only: Sequence[str] = (),
        plugin: bool = True,
        coverage: Sequence[str] = (),
    ) -> RunReport:
        stream = Stream()

        def watch(progress: SandboxProgress) -> None:
            stream.feed(progress.lines)
            standing = stream.standing()
            self.progress(
                CategoryProgress(
                    category=category.name,
                    stage=progress.stage,
                    seconds=progress.seconds,
                    done=standing.done,
                    total=standing.total,
                    test=standing.test,
                    again=bool(only),
                )
            )

        request = self._request(category, seconds, only=only, plugin=plugin)
        request = replace(
            request,
            command=coverage_files.command(request.command, coverage),
            results=(*request.results, *coverage_files.results(coverage)),
        )
        result = self.sandbox.run(request, watch)
        return _report(result, stream, coverage_files.left(coverage, result.files))

    def _request(
        self, category: Category, seconds: float, *, only: Sequence[str], plugin: bool
    ) -> SandboxRequest:
        setup = Setup(category.setup, category.setup_files) if category.setup else None
        return SandboxRequest(
            command=category.run.replace("{junit}", f"{RESULTS}/{_JUNIT}"),
            source=self.source,
            setup=setup,
            limits=replace(self.limits, seconds=seconds),
            variables=_variables(selects=bool(only), plugin=plugin),
            data={_SELECTION: "\n".join(only).encode("utf-8", "surrogateescape")} if only else {},
            results=(f"results/{_JUNIT}",),
        )


def _variables(*, selects: bool, plugin: bool) -> Mapping[str, str]:
    """What pytest is told through its environment; other runners do not look at it.

    `xunit1` keeps the file of each test, without which its id could not be put together.
    """
    options = ["-o junit_family=xunit1", f"--junitxml={RESULTS}/{_JUNIT}"]
    if not plugin:
        return {"PYTEST_ADDOPTS": " ".join(options)}
    return {
        "PYTEST_ADDOPTS": " ".join(["-p canon_reporter", *options]),
        "PYTHONPATH": PLUGINS,
        **({"CANON_SELECT": f"{DATA}/{_SELECTION}"} if selects else {}),
    }


def _lacks_plugin(run: RunReport) -> bool:
    """Whether pytest stopped because the command sets a PYTHONPATH without our plug-in."""
    return (
        run.ending is Ending.EXITED
        and bool(run.status)
        and run.results is None
        and not run.stream.heard
        and _PLUGIN in run.log
    )


def _report(result: SandboxResult, stream: Stream, coverage: CoverageFiles) -> RunReport:
    return RunReport(
        ending=result.ending,
        status=result.status,
        seconds=result.seconds,
        log=result.output,
        results=result.files.get(f"results/{_JUNIT}"),
        stream=stream,
        notes=result.notes,
        coverage=coverage,
    )
