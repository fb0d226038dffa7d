"""A first configuration, found by looking at a repository: a draft for people to put right.

What is looked at are paths, and the words of the tracked issue. A module whose name says that it
is of the past (legacy, deprecated, v1 ...), or shares words with the issue's title, is what the
migration is likely to be about.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from bot.config.problems import legible

MOST_MODULES: Final = 5

_OF_THE_PAST: Final = frozenset(
    {"compat", "deprecated", "legacy", "obsolete", "old", "unused", "v1"}
)
_SAY_LITTLE: Final = frozenset(
    {
        "a",
        "all",
        "an",
        "and",
        "as",
        "by",
        "class",
        "code",
        "drop",
        "for",
        "from",
        "get",
        "in",
        "into",
    }
    | {"is", "migrate", "migration", "module", "new", "of", "on", "one", "or", "our", "out", "py"}
    | {
        "remove",
        "replace",
        "src",
        "test",
        "tests",
        "the",
        "to",
        "two",
        "use",
        "way",
        "ways",
        "with",
    }
)
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A module (dotted) that the migration may be about, and what says so."""

    module: str
    reason: str


@dataclass(frozen=True, slots=True)
class First:
    """A configuration's text, that of its migration alone, and what they rest on."""

    text: str
    migration: str
    candidates: tuple[Candidate, ...]


def first_configuration(issue: int, title: str, paths: Sequence[str]) -> First:
    """A valid configuration with one migration, in the phase `detect`.

    `paths` are the files of the repository. With nothing found, the migration has no rules yet.
    """
    roots = ("src",) if any(path.startswith("src/") for path in paths) else (".",)
    found = tuple(_candidates(title, paths, roots))[:MOST_MODULES]
    migration = _migration(issue, title, found)
    whole = {"version": 1, "roots": [Quoted(root) for root in roots], "migrations": [migration]}
    return First(_written(whole), _written({"version": 1, **migration}), found)


def _candidates(title: str, paths: Sequence[str], roots: Sequence[str]) -> Iterator[Candidate]:
    """The likeliest first: modules of the past that the title names, then either alone."""
    named = set(_words(title)) - _SAY_LITTLE
    scored = []
    for module in filter(None, (_module(path, roots) for path in paths)):
        own = set(_words(module.rpartition(".")[2])) - _SAY_LITTLE
        past, shared = sorted(own & _OF_THE_PAST), sorted(own & named - _OF_THE_PAST)
        if past or (shared and own <= named):
            reasons = [f"its name says {word}" for word in past]
            reasons += [f"the title names {' and '.join(shared)}"] if shared else []
            rank = (-bool(past and shared), -len(shared), -len(past), module.count("."), module)
            scored.append((rank, Candidate(module, ", and ".join(reasons))))
    yield from (candidate for _, candidate in sorted(scored, key=lambda pair: pair[0]))


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(text))


def _module(path: str, roots: Sequence[str]) -> str | None:
    """The dotted name of a Python file; None for others, tests among them."""
    if not path.endswith(".py"):
        return None
    root = next((root for root in roots if path.startswith(f"{root}/")), None)
    inside = path if root is None else path.removeprefix(f"{root}/")
    parts = inside.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    is_test = any(part in {"test", "tests"} or part.startswith("test_") for part in parts)
    if not parts or is_test or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts)


def _migration(issue: int, title: str, found: Sequence[Candidate]) -> dict[str, Any]:
    rule = {
        "id": "legacy-import",
        "kind": "banned-import",
        "severity": "P1",
        "modules": [one.module for one in found],
        "message": Quoted("Write here what to use instead, and why"),
    }
    named = legible(" ".join(title.split()), 150) or f"Issue {issue}"
    migration = {"issue": issue, "title": Quoted(named), "phase": "detect"}
    return {**migration, "rules": [rule]} if found else migration


def _written(document: Mapping[str, Any]) -> str:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 100
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()
