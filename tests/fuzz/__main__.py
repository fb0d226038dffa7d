"""Fuzzes the reading of imports: `python -m tests.fuzz --minutes 60`. Exits with 1 on a finding."""

import argparse
import sys
from pathlib import Path

import click

from tests.fuzz.runner import Fuzzing

_MINUTE = 60


def main() -> int:
    """Run for the time that is asked for, telling each minute how far it is and what it found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0, help="other seeds try other texts")
    parser.add_argument("--keep", type=Path, help="a folder for the texts that break a claim")
    arguments = parser.parse_args()
    fuzzing = Fuzzing(arguments.seed)
    left, told = arguments.minutes * _MINUTE, 0
    while left > 0:
        fuzzing.run(min(left, _MINUTE))
        left -= _MINUTE
        click.echo(fuzzing)
        for number, (text, claim) in enumerate(fuzzing.findings[told:], start=told):
            click.echo(f"\n{claim}\n  {text!r}\n")
            if arguments.keep is not None:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / f"seed-{arguments.seed}-{number}.py").write_bytes(text)
        told = len(fuzzing.findings)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
