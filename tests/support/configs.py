"""Short ways to write configurations as text, and to see what loading them says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent, indent

import pytest

from bot.config import MAIN_FILE, load
from bot.domain.configuration import Configuration, Migration
from bot.domain.errors import ConfigurationInvalidError

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
