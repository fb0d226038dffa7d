"""What a kind says of its own examples: a scan of their files, which are in memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.phase import Phase
from bot.domain.violation import Violation
from bot.ports.clock import Cancellation
from bot.ports.scanning import Change, Entry, Wanted
from bot.scanner.engine import Engine
from bot.scanner.examine import Examiner
from bot.scanner.facts import Examined, Facts
from bot.scanner.kind import Example, Kind
from bot.scanner.probes import Query
from bot.scanner.snapshot import Snapshot

_REGULAR_FILE = "100644"
_TREE = "example"


def violations(kind: Kind, example: Example) -> Sequence[Violation]:
    """The violations in the files of an example, by place; none for a good one."""
    rule = Rule(id="example", kind=kind.name, parameters=example.parameters)
    migration = Migration(issue=1, title="", phase=Phase.MIGRATE, rules=(rule,))
    files = _Files(example.files)
    engine = Engine(files, files, _Forgetful(), "", lambda: date.min)
    scan = engine.scan(Configuration(digest="", migrations=(migration,)), _TREE)
    return scan.violations


class _Files:
    """One tree, of which every blob is named by its path; it is examined in this process."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def of_commit(self, commit: str) -> str:
        return commit

    def of_ancestors(self, commit: str) -> Sequence[str]:
        del commit
        return ()

    def entries(self, tree: str) -> Iterator[Entry]:
        del tree
        for path in sorted(self._files):
            yield Entry(path, _REGULAR_FILE, path)

    def changes(self, before: str, after: str) -> Sequence[Change]:
        del before, after
        return ()

    def renames(self, before: str, after: str) -> Mapping[str, str]:
        del before, after
        return {}

    def known(self, tree: str) -> bool:
        return tree == _TREE

    def expect(self, blobs: int) -> None:
        pass

    def examine(
        self, query: Query, wanted: Sequence[Wanted], cancellation: Cancellation
    ) -> Iterator[tuple[Wanted, Examined]]:
        examiner = Examiner(query)
        for one in wanted:
            cancellation.check()
            yield (
                one,
                examiner.examine(
                    self._files[one.blob].encode(),
                    one.depth,
                    known=False,
                    python=one.python,
                    asked=one.asked,
                ),
            )


class _Forgetful:
    """Remembers nothing."""

    def examined(self, query: str, blobs: Iterable[str] | None) -> Mapping[str, Examined]:
        del query, blobs
        return {}

    def facts(self, blobs: Iterable[str]) -> Mapping[str, Facts]:
        del blobs
        return {}

    def known(self, blobs: Iterable[str]) -> Sequence[str]:
        del blobs
        return ()

    def keep(self, query: str, examined: Mapping[str, Examined]) -> None:
        pass

    def snapshot(self, rules: str, tree: str) -> Snapshot | None:
        del rules, tree
        return None

    def latest(self, rules: str) -> Sequence[str]:
        del rules
        return ()

    def keep_snapshot(self, rules: str, tree: str, snapshot: Snapshot) -> None:
        pass
