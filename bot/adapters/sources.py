"""When our own source files last changed: what an edited scanner found before is not trusted."""

import os
from pathlib import Path


def newest(folder: Path) -> int:
    """The latest time (nanoseconds) at which a Python file in a folder, or below, was modified."""
    latest, folders = 0, [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    latest = max(latest, entry.stat().st_mtime_ns)
                elif entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)
    return latest
