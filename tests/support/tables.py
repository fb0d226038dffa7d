"""The symbol table of a few files, and what Python itself says of them."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.ports.scanning import Entry
from bot.scanner.ground import Ground
from bot.scanner.matches import Match
from bot.scanner.modules import Roots
from bot.scanner.probes import ModuleProbe, Probe
from bot.scanner.reading import Reading
from bot.scanner.symbols.ask import about
from bot.scanner.symbols.table import Table


def table_of(files: Mapping[str, str], roots: Sequence[str] = (".",)) -> Table:
    """The table of a tree in memory."""
    entries = [Entry(path, "100644", path) for path in files]

    def ask(probe: Probe, wanted: Sequence[Entry]) -> dict[str, tuple[list[Match], bool]]:
        assert isinstance(probe, ModuleProbe)
        answer = about(probe)
        found = {}
        for one in wanted:
            matches, _ = answer(Reading(files[one.path].encode(), 1 << 20))
            found[one.blob] = (list(matches), True)
        return found

    return Table(Ground(Roots(roots), lambda: entries, ask, str.encode))


_PROGRAM = """
import importlib, json, sys, types

def origin(value):
    if isinstance(value, types.ModuleType):
        return ["module", value.__name__, "", 0]
    if isinstance(value, type) and hasattr(value, "line"):
        return ["class", value.__module__, value.__qualname__, value.line]
    if isinstance(value, types.FunctionType):
        return ["function", value.__module__, value.__qualname__, value.__code__.co_firstlineno]
    return None

for line in sys.stdin:
    folder, modules = json.loads(line)
    sys.path.insert(0, folder)
    before = set(sys.modules)
    importlib.invalidate_caches()
    found = {}
    try:
        for name in modules:
            importlib.import_module(name)
        for name in modules:
            values = vars(sys.modules[name]).items()
            found[name] = {key: origin(value) for key, value in values if key[:2] != "__"}
    except Exception as error:
        found = {"": f"{type(error).__name__}: {error}"}
    for name in set(sys.modules) - before:
        del sys.modules[name]
    sys.path.remove(folder)
    print(json.dumps(found), flush=True)
"""


class Importer:
    """A process that really imports modules, and tells what their names stand for."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def names(self, folder: Path, modules: Sequence[str]) -> dict[str, Any]:
        """Module -> name -> kind, module, qualified name and line of what it stands for."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), modules]) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
