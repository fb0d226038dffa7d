from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.ports.sandbox import TREE
from bot.ports.scanning import ToolError
from bot.scanner.facts import Depth, Facts, Problem
from bot.scanner.kind import Example, Expected, Inquiry, Kind
from bot.scanner.limits import GIVEN_UP
from bot.scanner.matches import Encoded, Match
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, FilePath, Help, Text
from bot.scanner.probes import OwnProbe
from bot.scanner.sarif import LARGEST, Log, Result, read
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.finders import Answer, Ask
    from bot.scanner.ground import Ground
    from bot.scanner.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What another tool finds, as it says in a SARIF log."""

    __pydantic_config__ = CONFIGURATION

    file: Annotated[FilePath | None, Help("The path of the log, from the repository's root.")] = (
        None
    )
    command: Annotated[
        Text | None,
        Help(
            "Instead of a file: a command that writes the log to {sarif}. It runs in the sandbox, "
            "on the files of the commit."
        ),
    ] = None
    rules: Annotated[
        tuple[Text, ...], Help("Ids of the tool's rules whose results count; default: all.")
    ] = ()

    def __post_init__(self) -> None:
        if (self.file is None) == (self.command is None):
            raise ValueError("sarif needs either file or command")
        if self.command is not None and "{sarif}" not in self.command:
            raise ValueError("the command of sarif has to write its log to {sarif}")


class Sarif(Inquiry):
    """Takes over the results of a log; where it cannot be relied on, nothing was checked."""

    note = Log
    largest = LARGEST

    def __init__(self, parameters: Parameters) -> None:
        self._file = parameters.file.removeprefix("./") if parameters.file is not None else None
        self._command = parameters.command
        self._rules = parameters.rules
        if self._file is not None:
            self.probes = (OwnProbe("sarif", msgspec.msgpack.encode(parameters.rules)),)

    def wants(self, path: str) -> Depth | None:
        """The log: it has to be there, whatever it says."""
        return Depth.NOTHING if path == self._file else None

    def covers(self, path: str) -> bool:
        """The log alone."""
        return path == self._file

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> Log:
        """The results in the log."""
        del file, facts
        for one in matches:
            assert isinstance(one, Encoded)
            return msgspec.msgpack.decode(one.data, type=Log)
        return Log(fault="it could not be read")

    def inquire(
        self, notes: Mapping[str, Log], ground: "Ground"
    ) -> Iterator[tuple[str, Finding | Problem]]:
        """A finding for each result, at its own place; or why there is none."""
        if self._command is not None:
            try:
                log = read(ground.run(self._command), self._rules, root=f"file://{TREE}/")
            except ToolError as error:
                yield "", Problem(f"the command was not run: {error}", lasting=False)
                return
            name = "the log of the command"
        else:
            name = self._file or ""
            log = notes.get(name, Log(fault="there is no such file"))
        if log.fault:
            yield "", Problem(f"{name}: {log.fault}")
        for one in log.results:
            yield one.path, _finding(one)


def _finding(one: Result) -> Finding:
    symbol = f"{one.rule} {one.identity}" if one.identity else one.rule
    message = one.message or f"{one.tool} reports {one.rule}"
    details = {"tool": one.tool, "rule": one.rule, "level": one.level}
    return Finding(one.line, one.column, symbol, message, via="sarif", details=details)


def _answers(question: bytes) -> "Ask":
    rules = msgspec.msgpack.decode(question, type=tuple[str, ...])

    def ask(reading: "Reading") -> "Answer":
        if not reading.parser:
            return (), Problem(GIVEN_UP)
        return (Encoded(msgspec.msgpack.encode(read(reading.content, rules))),), None

    return ask


_LINT = Parameters(file="reports/lint.sarif", rules=("E501",))


def _log(*results: str) -> str:
    run = f'{{"tool": {{"driver": {{"name": "lint"}}}}, "results": [{", ".join(results)}]}}'
    return f'{{"version": "2.1.0", "runs": [{run}]}}\n'


def _result(rule: str, uri: str, line: int, more: str = "") -> str:
    place = f'{{"artifactLocation": {{"uri": "{uri}"}}, "region": {{"startLine": {line}}}}}'
    return (
        f'{{"ruleId": "{rule}", "message": {{"text": "line too long"}}, '
        f'"locations": [{{"physicalLocation": {place}}}]{more}}}'
    )


KIND = Kind(
    name="sarif",
    summary="One violation for each result of another tool, as its SARIF 2.1.0 log says.",
    parameters=Parameters,
    prepare=Sarif,
    scope="repository",
    files="any",
    answers=_answers,
    examples=(
        Example(
            title="The results of a rule, where they are",
            parameters=_LINT,
            files={
                "reports/lint.sarif": _log(
                    _result("E501", "shop/a%20b.py", 7),
                    _result("E501", "./shop/web.js", 3),
                    _result("W291", "shop/web.js", 4),
                ),
            },
            finds=(
                Expected(path="shop/a b.py", line=7, column=1, symbol="E501"),
                Expected(path="shop/web.js", line=3, column=1, symbol="E501"),
            ),
        ),
        Example(
            title="Not what is suppressed, is no failure, or was there in former times only",
            parameters=_LINT,
            files={
                "reports/lint.sarif": _log(
                    _result("E501", "a.py", 1, ', "suppressions": [{"kind": "inSource"}]'),
                    _result("E501", "a.py", 2, ', "kind": "pass"'),
                    _result("E501", "a.py", 3, ', "baselineState": "absent"'),
                ),
            },
        ),
    ),
)
