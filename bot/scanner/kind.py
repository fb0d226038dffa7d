from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bot.scanner.facts import Depth, Facts, Problem
from bot.scanner.matches import Match
from bot.scanner.modules import File
from bot.scanner.probes import Probe
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.finders import Ask
    from bot.scanner.ground import Ground


class Checker:
    """One rule, made ready from its parameters; a kind's module derives its own.

    `probes` find the blobs that can matter by their text. What matters whatever its text says are
    the files in `packages` (dotted paths, with what lies below; their syntax is then known), and
    those that `wants` names. Probes that find by themselves are asked about the files that the rule
    `covers`, up to `largest` bytes where that is more than the limit of the configuration; those
    in `later` are asked by an `Inquiry` about files that it names.
    """

    probes: tuple[Probe, ...] = ()
    later: tuple[Probe, ...] = ()
    packages: tuple[str, ...] = ()
    largest: int = 0

    def wants(self, path: str) -> Depth | None:
        """How much must be known of a file in any case; None if its text decides."""
        del path
        return None

    def covers(self, path: str) -> bool:
        """Whether the probes that find by themselves are asked about a file."""
        del path
        return True

    def questions(self, path: str) -> Sequence[Probe]:
        """Those of its probes that find by themselves which a file that it covers is asked."""
        del path
        return self.probes

    def check(self, file: File, facts: Facts) -> Iterator[Finding]:
        """What the rule finds in a file that matters; `facts` are as deep as they had to be."""
        raise NotImplementedError


class Finder(Checker):
    """A rule on what its probes found by themselves in one file."""

    def report(self, file: File, matches: Sequence[Match]) -> Iterator[Finding]:
        """What the rule makes of the matches in a file; there is at least one."""
        raise NotImplementedError


class Survey(Checker):
    """A rule about the whole repository: a note on each file, then conclusions from all notes.

    Notes are of the `note` type, which msgspec can store: after a change only the notes on what
    changed are taken anew.
    """

    note: type

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> object | None:
        """The note on a file that matters, if there is anything to note."""
        raise NotImplementedError

    def conclude(self, notes: Mapping[str, Any]) -> Iterator[tuple[str, Finding | Problem]]:
        """What follows from the notes, which are by path: findings and problems, each at its path.

        What concerns no file has an empty path, and is placed where the rule is configured.
        """
        raise NotImplementedError


class Inquiry(Survey):
    """A survey that has to look into more files to conclude, whichever these turn out to be."""

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> object | None:
        """No note, unless the kind says otherwise."""
        del file, facts, matches
        return None

    def conclude(self, notes: Mapping[str, Any]) -> Iterator[tuple[str, Finding | Problem]]:
        """Never: there is nothing to conclude from notes alone."""
        raise NotImplementedError

    def inquire(
        self, notes: Mapping[str, Any], ground: "Ground"
    ) -> Iterator[tuple[str, Finding | Problem]]:
        """The same as `conclude`, with a tree to look into."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A finding that an example must give: the path, 1-based line and column, and the symbol."""

    path: str
    line: int
    column: int
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small tree of files, and what the rule says of it: nothing, for a good example."""

    title: str
    parameters: Any
    files: Mapping[str, str]
    finds: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of rule: its name in canon.yml, what one violation of it is, and its parameters.

    `scope` says what a finding depends on: one file alone, or the whole repository. `files` says
    which files it looks at: the Python files that the configuration includes, or any.
    """

    name: str
    summary: str
    parameters: type
    prepare: Callable[[Any], Checker]
    examples: tuple[Example, ...]
    scope: Literal["file", "repository"] = "file"
    files: Literal["python", "any"] = "python"
    answers: Callable[[bytes], "Ask"] | None = None
