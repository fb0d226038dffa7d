"""Serve a GitHub to play with: `python -m simulator`.

It has an organization `acme` with an empty repository `acme/sandbox`, where an App is installed.
Prints the settings that Canon needs to work with it, as lines for a `.env` file.
"""

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator import GitHubSimulator


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with tempfile.TemporaryDirectory(prefix="github-") as directory:
        root = Path(directory)
        with GitHubSimulator(root, options.port) as github:
            for line in _settings(github, root, options):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            ended.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A GitHub on loopback.")
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    parser.add_argument(
        "--webhook-url",
        default="http://127.0.0.1:8000/webhooks/github",
        help="where the App's webhooks go (default: %(default)s)",
    )
    parser.add_argument(
        "--webhook-secret", default="secret", help="what signs them (default: %(default)s)"
    )
    return parser


def _settings(github: GitHubSimulator, root: Path, options: argparse.Namespace) -> Iterator[str]:
    github.organization("acme")
    app = github.create_app(webhook_url=options.webhook_url, webhook_secret=options.webhook_secret)
    repo = github.create_repository("acme/sandbox")
    github.install(app, "acme")
    key = root / "app.pem"
    key.write_text(app.private_key)
    token = github.create_token("acme")
    yield f"# git clone http://x:{token}@{github.url.removeprefix('http://')}/{repo.full_name}"
    yield f"CANON_GITHUB_URL={github.url}"
    yield f"CANON_GITHUB_API_URL={github.api_url}"
    yield f"CANON_GITHUB_APP_ID={app.id}"
    yield f"CANON_GITHUB_PRIVATE_KEY_FILE={key}"
    yield f"CANON_GITHUB_WEBHOOK_SECRET={options.webhook_secret}"


if __name__ == "__main__":
    sys.exit(main())
