"""`make bench`: runs every benchmark of this folder and prints its tables.

`python -m benchmarks NAME ...` runs some. A benchmark is a module with `run() -> list[Table]`.
Figures depend on the machine: compare the ratios, each to something outside Canon in the same run.
"""

import importlib
import os
import platform
import sys
from pathlib import Path

NO_BENCHMARKS = {"__main__", "corpus", "peers", "rules", "tables"}


def main() -> None:
    """Run the benchmarks named as arguments, or all of them."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    known = [name for name in modules if name not in NO_BENCHMARKS]
    wanted = sys.argv[1:] or known
    for name in wanted:
        if name not in known:
            sys.exit(f"there is no benchmark {name!r}; there are: {', '.join(known)}")
    print(f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}\n")
    for name in wanted:
        print(f"{name} ...", file=sys.stderr, flush=True)
        for table in importlib.import_module(f"benchmarks.{name}").run():
            print(table.markdown(), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
