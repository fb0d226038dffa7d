"""A scan as GitHub Actions' workflow commands, which become annotations of the job.

See docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.scan import Scan
from bot.domain.severity import Severity
from bot.domain.violation import Violation
from bot.reports.plain import visible

_LONGEST: Final = 1_000
_COMMANDS: Final = {
    Severity.P0: "error",
    Severity.P1: "error",
    Severity.P2: "warning",
    Severity.P3: "notice",
}


def scan_workflow(scan: Scan) -> str:
    """One command for each violation, rule that could not be checked, and idle waiver.

    Of one step, GitHub makes annotations of ten errors, ten warnings and ten notices, and of one
    job, fifty: the gravest violations come first.
    """
    return "\n".join(_lines(scan))


def _lines(scan: Scan) -> Iterator[str]:
    for violation in sorted(scan.violations, key=lambda one: one.severity):
        if violation.waiver is None:
            yield _line(violation)
    for migration in scan.migrations:
        for rule in migration.rules:
            if rule.unchecked:
                text = visible(f"{rule.id} could not be checked: {rule.unchecked}", _LONGEST)
                yield _command("error", {"title": visible(rule.id)}, text)
    for waiver in scan.waivers:
        place = {"file": _path(waiver.path), "line": str(waiver.line), "title": "Waiver"}
        yield _command("warning", place, visible(waiver.reason, _LONGEST))


def _line(violation: Violation) -> str:
    properties = {
        "file": _path(violation.path),
        "line": str(violation.line),
        "col": str(violation.column),
        "title": visible(violation.rule),
    }
    instead = f": write {violation.replacement} instead" if violation.replacement else ""
    text = visible(f"{violation.message or violation.symbol}{instead}", _LONGEST)
    return _command(_COMMANDS[violation.severity], properties, text)


def _command(name: str, properties: Mapping[str, str], text: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(text)}"


def _path(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()


def _data(value: str) -> str:
    """Escaped as actions/toolkit does it for messages."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    """Escaped as actions/toolkit does it for properties."""
    return _data(value).replace(":", "%3A").replace(",", "%2C")
