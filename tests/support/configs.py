"""Short ways to write configurations as text, and to see what loading them says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from bot.config import MAIN_FILE, load
from bot.config.problems import one_of
from bot.domain.configuration import Configuration, Migration
from bot.domain.errors import ConfigurationInvalidError
from bot.scanner.kinds import names

SAMPLES = Path(__file__).parent.parent / "config" / "samples"

_HEAD = """\
version: 1
migrations:
  - issue: 7
    title: One way
    phase: detect
"""


def with_migration(more: str = "") -> str:
    """A configuration of one migration; `more` of its keys begin in line 6, column 5."""
    return _HEAD + indent(dedent(more).strip("\n") + "\n", "    ")


def loaded(text: str) -> Configuration:
    """The configuration whose one file is `text`."""
    return load({MAIN_FILE: text.encode()})


def loaded_migration(more: str) -> Migration:
    """The migration of `with_migration(more)`."""
    return loaded(with_migration(more)).migrations[0]


def problems(text: str | bytes) -> Sequence[str]:
    """What is wrong with a configuration of one file: "line:column: text" for each problem."""
    raw = text if isinstance(text, bytes) else text.encode()
    return [line.removeprefix(f"{MAIN_FILE}:") for line in problems_of({MAIN_FILE: raw})]


def problems_of(files: Mapping[str, bytes]) -> Sequence[str]:
    """What is wrong with a configuration of several files: "path:line:column: text" for each."""
    with pytest.raises(ConfigurationInvalidError) as caught:
        load(files)
    return str(caught.value).splitlines()


FRAMES = {
    "the_top_level": "{}",
    "a_migration": "version: 1\nmigrations: [ {} ]",
    "more_of_a_migration": with_migration("{}"),
    "a_rule": with_migration("rules:\n- {{}}"),
    "a_test_category": with_migration("tests:\n- {{}}"),
    "a_probe": with_migration("probes:\n- {{}}"),
    "a_criterion": with_migration(
        "decision:\n  proceed_at: 85%\n  criteria:\n  - {name: n, {}}\n  hold_below: 60%"
    ),
    "plans_and_goals": with_migration("{}"),
}
"""What stands around the cases of each file in samples/mistakes."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One case: some lines, the whole configuration that they make, and what is wrong with it."""

    lines: str
    text: str
    expected: Sequence[str]

    def __str__(self) -> str:
        return self.lines


def mistakes() -> Sequence[Mistake]:
    """The cases in samples/mistakes: lines of a configuration, then each problem behind `=>`."""
    return [
        _mistake(frame, case)
        for name, frame in FRAMES.items()
        for case in told(f"mistakes/{name}.txt").strip().split("\n\n")
    ]


def told(name: str) -> str:
    """A sample of what is told; `<kinds>` in it stands for the kinds of rules that there are."""
    return (SAMPLES / name).read_text().replace("<kinds>", one_of(names()))


def _mistake(frame: str, case: str) -> Mistake:
    written = case.splitlines()
    lines = "\n".join(line for line in written if not line.startswith("=> "))
    before, after = frame.split("{}")
    inner = lines.replace("\n", "\n    ") if before.endswith("    ") else lines
    expected = [line[3:] for line in written if line.startswith("=> ")]
    return Mistake(lines, f"{before}{inner}{after}", expected)
