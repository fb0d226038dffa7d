import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests


@pytest.mark.slow
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "simulator", "--webhook-url", "http://127.0.0.1:9/closed"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(6)]
        told = dict(line.split("=", 1) for line in lines if line.startswith("CANON_"))
        clone = subprocess.run(
            ["git", "clone", "-q", lines[0].split()[-1], str(tmp_path / "clone")],
            capture_output=True,
            check=False,
        )
        answer = requests.get(f"{told['CANON_GITHUB_API_URL']}/users/acme", timeout=10)
        process.send_signal(signal.SIGTERM)

    assert clone.returncode == 0
    assert answer.json()["type"] == "Organization"
    assert process.returncode == 0
