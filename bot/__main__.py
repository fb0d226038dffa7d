"""`python -m bot`, and what the `canon` script calls."""

import sys


def main() -> int:
    """Run the command line on this process's arguments; the answer is the exit status."""
    from bot.cli.main import end, run

    status = run(sys.argv[1:])
    end(sys.argv[1:], status)
    return status


if __name__ == "__main__":
    sys.exit(main())
