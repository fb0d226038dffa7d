"""The JSON of `canon plan`: the shape of docs/cli.md, version 1."""

import json
from collections.abc import Sequence
from typing import Any

from bot.cli.inventory_json import touch_json
from bot.domain.test_plan import (
    ExpectedRun,
    MissingTest,
    PlannedCategory,
    PlannedFile,
    PlannedRule,
    TestPlan,
)
from bot.version import VERSION


def plan_json(plan: TestPlan, written: Sequence[str]) -> str:
    """One object; ASCII, so that a path that is no UTF-8 survives (PEP 383)."""
    keep, update, write = plan.shares.percentages
    value = {
        "version": 1,
        "commit": plan.commit,
        "config_digest": plan.config_digest,
        "canon": VERSION,
        "migration": plan.migration,
        "phase": plan.phase,
        "tests": {
            "keep": plan.shares.keep,
            "update": plan.shares.update,
            "write": plan.shares.write,
            "percentages": {"keep": keep, "update": update, "write": write},
        },
        "style": plan.habits.style,
        "directory": plan.habits.directory,
        "rules": [_rule(one) for one in plan.rules],
        "files": [_file(one) for one in plan.files],
        "missing": [_missing(one) for one in plan.missing],
        "categories": [_category(one) for one in plan.categories],
        "caveats": list(plan.caveats),
        "written": list(written),
    }
    return json.dumps(value, separators=(",", ":"))


def _rule(rule: PlannedRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "severity": rule.severity,
        "count": rule.count,
        "files": rule.files,
        "target": rule.target,
        "instead": dict(rule.instead),
        "detected_by": list(rule.detected_by),
    }


def _file(file: PlannedFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "role": file.role,
        "action": file.action,
        "risk": file.risk,
        "reasons": list(file.reasons),
        "tests": file.tests,
        "cases": file.cases,
        "services": file.services,
        "categories": list(file.categories),
        "changes": [touch_json(one) for one in file.changes],
        "weak": [one.name for one in file.weak],
    }


def _missing(missing: MissingTest) -> dict[str, Any]:
    return {
        "rule": missing.rule,
        "kind": missing.kind,
        "severity": missing.severity,
        "why": missing.why,
        "undetected": missing.undetected,
        "events": list(missing.events),
        "path": missing.path,
        "names": list(missing.names),
        "fails_now": missing.fails_now,
        "category": missing.category,
    }


def _category(category: PlannedCategory) -> dict[str, Any]:
    return {
        "name": category.name,
        "proposed": category.proposed,
        "detects": category.detects,
        "expect": category.expect,
        "need": category.need,
        "need_reasons": list(category.need_reasons),
        "command": category.command,
        "check": category.check,
        "runs_on": category.executor,
        "services": list(category.services),
        "files": list(category.files),
        "writes": list(category.writes),
        "now": _expected(category.now),
        "after": _expected(category.after),
    }


def _expected(run: ExpectedRun) -> dict[str, Any]:
    return {"total": run.total, "failing": run.failing, "basis": run.basis}
