"""Coverage files of a category's run: how they are made to be its own, and which are read back."""

import posixpath
import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from bot.ports.sandbox import RESULTS, RefusedFile

CoverageFiles = Mapping[str, bytes | RefusedFile]
"""What a run left of the files that it was asked for, by path; one that it did not write lacks."""

_DATABASE: Final = ".coverage"
_TOOLS: Final = "coverage 'python -m coverage' 'python3 -m coverage'"
"""coverage.py as it may be at hand, the likeliest first."""


def command(run: str, files: Sequence[str]) -> str:
    """A category's shell command, such that its coverage files are its own and can be read.

    Files that are committed are removed first, so that none of them passes for a result. Databases
    of coverage.py are turned into XML by the coverage.py that the category has, among the sources
    that they are about. The status stays the command's. `trap` keeps the shell waiting for the
    command when a time-out interrupts both.
    """
    if not files:
        return run
    lines = [f"rm -f -- {shlex.quote(file)}" for file in files]
    if not any(map(_is_database, files)):
        return "\n".join([*lines, run])
    lines += ["(trap : INT", run, ")", "canon_status=$?"]
    lines += [_converted(file, at) for at, file in enumerate(files) if _is_database(file)]
    return "\n".join([*lines, "exit $canon_status"])


def results(files: Sequence[str]) -> tuple[str, ...]:
    """The paths below /sandbox where they are looked for."""
    made = [f"results/{_xml(at)}" for at, file in enumerate(files) if _is_database(file)]
    return (*(f"tree/{file}" for file in files), *made)


def left(files: Sequence[str], read: CoverageFiles) -> CoverageFiles:
    """The files by their own paths; of a database its XML where there is one."""
    found = {
        file: read.get(f"results/{_xml(at)}", read.get(f"tree/{file}"))
        for at, file in enumerate(files)
    }
    return {file: content for file, content in found.items() if content is not None}


def _is_database(file: str) -> bool:
    return posixpath.basename(file).startswith(_DATABASE)


def _xml(at: int) -> str:
    return f"coverage-{at}.xml"


def _converted(file: str, at: int) -> str:
    data, xml = shlex.quote(file), f"{RESULTS}/{_xml(at)}"
    return (
        f"for canon_tool in {_TOOLS}; do\n"
        f"  if [ -f {data} ] && [ ! -e {xml} ]; then\n"
        f"    $canon_tool xml --data-file={data} -o {xml}\n"
        "  fi\n"
        "done"
    )
