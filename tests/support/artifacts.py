"""Artifacts as `canon-tests.yml` uploads them, and others."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

JUNIT = b"""<testsuites><testsuite name="pytest">
<testcase file="tests/test_a.py" classname="tests.test_a" name="test_x"/>
</testsuite></testsuites>"""
FAILED = JUNIT.replace(b"/>", b"><failure message='assert 2 == 1'/></testcase>", 1)


def exited(status: int = 0, ending: str = "exited", seconds: float = 2) -> dict[str, Any]:
    """One entry of `runs`."""
    return {"ending": ending, "status": status, "seconds": seconds}


def summary(commit: str, runs: Sequence[Mapping[str, Any]] = (exited(),)) -> bytes:
    """The content of `canon.json`."""
    return json.dumps({"version": 1, "commit": commit, "runs": list(runs)}).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file of regular files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def artifact(
    commit: str,
    junit: bytes | None = JUNIT,
    *,
    again: bytes | None = None,
    runs: Sequence[Mapping[str, Any]] = (exited(),),
    log: bytes = b"1 passed\n",
) -> bytes:
    """What the workflow uploads after it has tested `commit`."""
    reports = {"junit.xml": junit, "junit-again.xml": again}
    written = {name: content for name, content in reports.items() if content is not None}
    return zipped({"canon.json": summary(commit, runs), "log.txt": log, **written})
