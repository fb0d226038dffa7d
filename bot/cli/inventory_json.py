"""The JSON of `canon inventory`: the shape of docs/cli.md, version 1."""

import json
from collections.abc import Sequence
from typing import Any

from bot.domain.inventory import Inventory, InventoryFile, InventoryTotals, Touch
from bot.domain.scan import FileProblem
from bot.version import VERSION


def inventory_json(inventory: Inventory, commit: str, config_digest: str) -> str:
    """One object; ASCII, so that a path that is no UTF-8 survives (PEP 383)."""
    value = {
        "version": 1,
        "commit": commit,
        "config_digest": config_digest,
        "canon": VERSION,
        "migration": inventory.migration,
        "considered": inventory.considered,
        "totals": _totals(inventory.totals),
        "files": [_file(file) for file in inventory.files],
        "degraded": _problems(inventory.degraded),
        "skipped": _problems(inventory.skipped),
        "rules_that_name_nothing": list(inventory.unnamed),
    }
    return json.dumps(value, separators=(",", ":"))


def _totals(totals: InventoryTotals) -> dict[str, Any]:
    return {
        "files": totals.files,
        "support": totals.support,
        "tests": totals.tests,
        "cases": totals.cases,
        "lines": totals.lines,
        "import_paths": list(totals.import_paths),
        "to_change": totals.to_change,
        "risk": {"high": totals.high, "medium": totals.medium, "low": totals.low},
        "weak": totals.weak,
    }


def _file(file: InventoryFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "role": file.role,
        "risk": file.risk,
        "reasons": list(file.reasons),
        "bytes": file.bytes,
        "lines": file.lines,
        "import_paths": list(file.import_paths),
        "tests": [
            {
                "name": test.name,
                "line": test.line,
                "markers": list(test.markers),
                "fixtures": list(test.fixtures),
                "parametrised": test.parametrised,
                "cases": test.cases,
            }
            for test in file.tests
        ],
        "classes": list(file.classes),
        "markers": list(file.markers),
        "fixtures": [{"name": use.name, "path": use.path} for use in file.fixtures],
        "touches": [touch_json(touch) for touch in file.touches],
        "reaches": [touch_json(touch) for touch in file.reaches],
        "through": list(file.through),
        "services": file.services,
        "evidence": [
            {
                "real": one.real,
                "what": one.what,
                "path": one.location.path,
                "line": one.location.line,
            }
            for one in file.evidence
        ],
        "weak": [
            {
                "name": weak.name,
                "weakness": weak.weakness,
                "cannot_fail": weak.weakness.cannot_fail,
                "line": weak.location.line,
                "reason": weak.reason,
            }
            for weak in file.weak
        ],
        "dependents": file.dependents,
        "categories": list(file.categories),
        "degraded": file.degraded,
    }


def touch_json(touch: Touch) -> dict[str, Any]:
    """One thing of the migration that a file names."""
    return {
        "rule": touch.rule,
        "via": touch.via,
        "symbol": touch.symbol,
        "path": touch.location.path,
        "line": touch.location.line,
        "module": touch.module,
        "must_change": touch.must_change,
        "replacement": touch.replacement,
    }


def _problems(problems: Sequence[FileProblem]) -> list[dict[str, str]]:
    return [{"path": problem.path, "reason": problem.reason} for problem in problems]
