"""What a file of tests is and stands on, in words: the same in a report and at a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.inventory import InventoryFile, InventoryTotals, Services
from bot.reports.words import plural

_MOST: Final = 6
_UNTOLD: Final = {"monkeypatch", "request", "tmp_path"}


def told(file: InventoryFile) -> str:
    """Its size, and whether it mocks or uses real services, with the first reason for that."""
    tests = plural(len(file.tests), "test") if file.tests else "support"
    cases = sum(test.cases or 0 for test in file.tests)
    more = f" ({plural(cases, 'case')})" if cases > len(file.tests) else ""
    return f"{tests}{more}, {plural(file.lines, 'line')}, {_services(file)}"


def stands_on(file: InventoryFile) -> Iterator[str]:
    """Import paths, support files, markers and fixtures, a line each for those that there are."""
    fixtures = [
        f"{use.name} ({use.path})" if use.path not in {None, file.path} else use.name
        for use in file.fixtures
        if use.name not in _UNTOLD
    ]
    parts = {
        "imports": file.import_paths,
        "through": file.through,
        "markers": file.markers,
        "fixtures": fixtures,
    }
    yield from (f"{what}: {_some(names)}" for what, names in parts.items() if names)


def size(totals: InventoryTotals) -> str:
    """How many tests there are, in how many files."""
    support = f" and {plural(totals.support, 'support file')}" if totals.support else ""
    more = f" ({plural(totals.cases, 'case')})" if totals.cases > totals.tests else ""
    return (
        f"{plural(totals.tests, 'test')}{more} in {plural(totals.files, 'file')}{support},"
        f" {plural(totals.lines, 'line')}"
    )


def _services(file: InventoryFile) -> str:
    if file.services is Services.NEITHER:
        return "neither mocks nor real services"
    kinds = {Services.MOCKED: (False,), Services.REAL: (True,), Services.MIXED: (False, True)}
    found = [
        next(one.what for one in file.evidence if one.real is real) for real in kinds[file.services]
    ]
    words = {Services.MOCKED: "mocks", Services.REAL: "real services", Services.MIXED: "both"}
    return f"{words[file.services]} ({', '.join(found)})"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
