"""The JSON of `canon test`: the shape of docs/cli.md, version 1."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from bot.domain.errors import InputError
from bot.domain.observation import TestRuns
from bot.domain.phase import Phase
from bot.domain.testing import CategoryResult, TestResult


def results_json(commit: str, phase: Phase, results: Sequence[CategoryResult]) -> str:
    """`canon test --format json`."""
    return json.dumps(
        {
            "version": 1,
            "commit": commit,
            "phase": phase,
            "categories": [_category(result) for result in results],
        },
        separators=(",", ":"),
    )


def runs_from_json(content: bytes, name: str) -> TestRuns:
    """What `results_json` wrote. Raises `InputError` that names the file for anything else."""
    try:
        read = msgspec.json.decode(content)
        results = [{"phase": read["phase"], **one} for one in read["categories"]]
        return TestRuns(
            commit=read["commit"],
            results=msgspec.convert(results, tuple[CategoryResult, ...]),
        )
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise InputError(f"{name} is not what `canon test --format json` writes: {error}") from None


def _category(result: CategoryResult) -> dict[str, Any]:
    return {
        "category": result.category,
        "expect": result.expect,
        "outcome": result.outcome,
        "exit": result.exit,
        "seconds": round(result.seconds, 3),
        "totals": asdict(result.totals),
        "tests": [_test(test) for test in result.tests],
        "reasons": list(result.reasons),
        "notes": list(result.notes),
        "differences": [asdict(difference) for difference in result.differences],
        "coverage": [asdict(one) for one in result.coverage],
        "log_tail": result.log_tail,
    }


def _test(test: TestResult) -> dict[str, Any]:
    return {
        "id": test.id,
        "outcome": test.outcome,
        "judged": test.judged,
        "message": test.message,
        "warning": test.warning,
        "seconds": round(test.seconds, 3),
    }
