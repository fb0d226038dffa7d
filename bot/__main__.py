"""`python -m bot`, and what the `canon` script calls."""

import sys


def main() -> int:
    """Run the command line on this process's arguments; the answer is the exit status."""
    from bot.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
