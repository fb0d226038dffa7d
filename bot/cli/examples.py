"""What the help of each command ends with: lines to type, and what they are for."""

from collections.abc import Mapping, Sequence
from typing import Final

EXAMPLES: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "scan": (
        ("canon scan", "the commit that is checked out"),
        ("canon scan --worktree --fail-on P1", "what is here now; fails from P1 upwards"),
        ("canon scan --format sarif > canon.sarif", "for GitHub code scanning"),
    ),
    "compare": (
        ("canon compare --base origin/main", "what my branch adds and removes"),
        ("canon compare --base v1.0 --no-merge-base", "since a release"),
    ),
    "check": (
        ("canon check --base origin/main", "what a pull request would be told"),
        ("canon check --base origin/main --worktree", "before I commit"),
        ("canon check --base origin/main --tests", "with its test categories"),
    ),
    "test": (
        ("canon test", "every category, in the sandbox"),
        ("canon test --category unit --phase validate", "one, as if that phase had come"),
        ("canon test --format json > results.json", "for `canon report --tests`"),
    ),
    "inventory": (
        ("canon inventory --migration 1098", "existing tests, the riskiest first"),
        ("canon inventory --format markdown", "to put into an issue"),
    ),
    "plan": (
        ("canon plan --migration 1098", "tests to keep, to update, to write"),
        ("canon plan --write tests/unit/legacy", "write those that are missing"),
    ),
    "report": (
        ("canon report executive", "one page for people who read no code"),
        ("canon report results --tests results.json", "with what `canon test` found"),
        ("canon report pr --base origin/main", "the comment of a pull request"),
        ("canon report status --format html > status.html", "a page for a browser"),
    ),
    "config": (
        ("canon config check", "every problem, with its line and a hint"),
        ("canon config schema > .github/canon.schema.json", "for editors"),
        ('canon config init --issue 1098 --title "One client"', "a first configuration"),
    ),
    "rules": (
        ("canon rules", "all kinds, a line each"),
        ("canon rules banned-import", "its parameters, good and bad examples"),
    ),
    "serve": (("canon serve", "the web server alone; see also `canon run`"),),
    "worker": (("canon worker", "one worker alone; see also `canon run`"),),
    "run": (("canon run", "the whole service on one machine"),),
    "replay": (
        ("canon replay 0b989ba4-242f-11e5-81e1-c7b6966d2516", "a delivery by its GUID"),
        ("canon replay delivery.json", "one from a file"),
    ),
    "demo": (
        ("canon demo", "shows it, and keeps serving"),
        ("canon demo --once", "exits when all of it has been observed"),
    ),
}


def epilog(name: str) -> str:
    """The examples of one command, for click: aligned, and not wrapped."""
    lines = EXAMPLES[name]
    width = max(len(line) for line, _ in lines)
    return "\n".join(["\b", "Examples:", *(f"  {line:<{width}}  {what}" for line, what in lines)])
