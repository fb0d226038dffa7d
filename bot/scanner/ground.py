"""What rules about the whole repository may look up while they conclude."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from bot.ports.scanning import Entry
from bot.scanner.matches import Match
from bot.scanner.modules import Roots
from bot.scanner.probes import Probe

if TYPE_CHECKING:
    from bot.scanner.symbols.table import Table

REGULAR = ("100644", "100755")

Answer = tuple[Sequence[Match], bool]
Ask = Callable[[Probe, Sequence[Entry]], Mapping[str, Answer]]
Run = Callable[[str], bytes]


class Ground:
    """One tree: its files, listed when somebody looks, and what probes find in any of them.

    `listing` gives its entries, `ask` what a probe finds in files and whether they could be read,
    by blob. `run` gives the log of a command that is run on the tree, and raises `ToolError`.
    """

    def __init__(
        self,
        roots: Roots,
        listing: Callable[[], Iterable[Entry]],
        ask: Ask,
        run: Run,
    ) -> None:
        self.roots = roots
        self.run = run
        self._listing = listing
        self._ask = ask

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return {one.path: one for one in self._listing() if one.mode in REGULAR}

    @cached_property
    def table(self) -> "Table":
        """What the names of its modules stand for."""
        from bot.scanner.symbols.table import Table

        return Table(self)

    @property
    def paths(self) -> Collection[str]:
        """All files of the tree, whatever the configuration includes."""
        return self._entries.keys()

    def look(self, probe: Probe, paths: Iterable[str]) -> Mapping[str, Answer]:
        """What a probe finds in files of the tree, and whether they could be read.

        What is no file of the tree is left out. The probe is one of the rule's `later` ones.
        """
        wanted = [self._entries[path] for path in paths if path in self._entries]
        by_blob = self._ask(probe, wanted) if wanted else {}
        return {one.path: by_blob[one.blob] for one in wanted}
