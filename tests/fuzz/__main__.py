"""Fuzzes the reading of imports: `python -m tests.fuzz --minutes 60`. Exits with 1 on a finding."""

import argparse
import sys
from pathlib import Path

import click

from tests.fuzz.runner import Fuzzing


def main() -> int:
    """Run for the time that is asked for, telling each minute how far it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0, help="other seeds try other texts")
    parser.add_argument("--keep", type=Path, help="a folder for the texts that break a claim")
    arguments = parser.parse_args()
    fuzzing = Fuzzing(arguments.seed)
    for minute in range(1, int(arguments.minutes) + 1):
        fuzzing.run(60)
        click.echo(f"{minute} min: {fuzzing}")
    fuzzing.run((arguments.minutes % 1) * 60)
    click.echo(fuzzing)
    for number, (text, claim) in enumerate(fuzzing.findings):
        click.echo(f"\n{claim}\n  {text!r}")
        if arguments.keep is not None:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            (arguments.keep / f"finding-{arguments.seed}-{number}.py").write_bytes(text)
    return 1 if fuzzing.findings else 0


if __name__ == "__main__":
    sys.exit(main())
