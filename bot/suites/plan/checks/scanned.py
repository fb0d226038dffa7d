import json
import subprocess
from pathlib import Path


def scanned(root: Path, migration: int, rule: str) -> list[str]:
    """The violations of one rule, as Canon finds them in the working directory."""
    command = ["canon", "scan", "--worktree", "--format", "json"]
    command += ["--migration", str(migration), "--repo", str(root), "--quiet"]
    done = subprocess.run(command, capture_output=True, check=True)
    found = json.loads(done.stdout)["violations"]
    return [
        f"{one['path']}:{one['line']}: {one['message']}"
        for one in found
        if one["rule"] == rule and one["waiver"] is None
    ]
