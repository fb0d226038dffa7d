import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.configuration import Configuration, Limits, Migration, Rule
from bot.domain.errors import LimitExceededError, SupersededError
from bot.domain.phase import Phase
from bot.domain.scan import FileProblem, Scan, Timing
from bot.domain.severity import Severity
from bot.scanner.rules.absent_file import Parameters as AbsentFile
from bot.scanner.rules.banned_import import Parameters as BannedImport
from bot.scanner.rules.dual_import import Parameters as DualImport
from bot.scanner.rules.single_definition import Parameters as SingleDefinition
from bot.scanner.rules.single_file import Parameters as SingleFile
from tests.support.trees import Files, Shelf, configured

_RULES = tuple(
    Rule(id=id_, kind=kind, parameters=parameters)
    for id_, kind, parameters in (
        ("imports", "banned-import", BannedImport(modules=("pkg.legacy",), strings=True)),
        ("dual", "dual-import", DualImport(modules=("pkg.legacy", "pkg.new"))),
        ("one", "single-file", SingleFile(files=("*_manager.py",), keep=("a_manager.py",))),
        ("gone", "absent-file", AbsentFile(files=("old/**",))),
        (
            "router",
            "single-definition",
            SingleDefinition(class_=r"\w*Router", canonical="a:Router"),
        ),
    )
)
_ALL = configured(*_RULES)
_LEGACY = "from pkg.legacy import Name\n"
_WAIVED = 'until=2026-12-31 by=@alice reason="waits for v2"'

_TEXTS = st.sampled_from(
    [
        "",
        "x = 1\n",
        _LEGACY,
        "def f():\n    from pkg import legacy, new\n",
        "from . import legacy\n",
        "from .sub import y\n",
        "patch('pkg.legacy.Name')\n",
        f"{_LEGACY.strip()}  # canon: allow[imports] {_WAIVED}\n",
        f"# canon: allow[imports, dual] {_WAIVED}\n{_LEGACY}",
        f"# canon: allow[gone, one] {_WAIVED}\n",
        f"# canon: allow[imports]\n{_LEGACY}",
        "class CartRouter: ...\nclass Router: ...\n",
        "import pkg.legacy\nprint 'x'\n",
        "import pkg.legacy\n" + "# long\n" * 700 + "print 'x'\n",
        "if x: import pkg.legacy, pkg.new\n",
        b"\xff\nimport pkg.legacy\n",
        b"version https://git-lfs.github.com/spec/v1\n",
        "x" * 10_000,
    ]
)
_PATHS = st.sampled_from(
    [
        "a.py",
        "pkg/a.py",
        "pkg/legacy/__init__.py",
        "pkg/legacy/b.py",
        "b_manager.py",
        "a_manager.py",
        "old/x.py",
        "old/y.txt",
        "src/pkg/c.py",
        "notes.md",
        "lib/d.pyi",
    ]
)
_TREES = st.dictionaries(_PATHS, _TEXTS, max_size=8)
_MODES = st.dictionaries(_PATHS, st.sampled_from(["100755", "120000", "160000"]), max_size=2)


def _bare(scan: Scan) -> Scan:
    """Without what may differ from run to run."""
    return replace(scan, timing=Timing(seconds=0, cache_hits=0, cache_misses=0))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_TREES, _MODES), min_size=2, max_size=5), st.data())
def test_what_is_remembered_never_changes_a_result(
    versions: Sequence[tuple[Files, dict[str, str]]], data: st.DataObject
) -> None:
    limits = Limits(file_size=9000)
    shelf = Shelf()
    trees = [shelf.trees.add(files, modes) for files, modes in versions]
    for tree in trees:
        rules = data.draw(st.lists(st.sampled_from(_RULES), min_size=1, unique_by=id))
        configuration = configured(*rules, limits=limits)
        alone = Shelf()
        alone.trees.blobs, alone.trees.trees = shelf.trees.blobs, shelf.trees.trees
        assert _bare(shelf.engine.scan(configuration, tree)) == _bare(
            alone.engine.scan(configuration, tree)
        )


def _many() -> dict[str, str]:
    return {f"d{number % 10}/f{number}.py": "x = 1\n" * number for number in range(100)}


def test_a_known_tree_is_neither_listed_nor_read() -> None:
    shelf = Shelf()
    tree = shelf.trees.add(_many())
    first = shelf.engine.scan(_ALL, tree)
    shelf.trees.listed.clear()
    shelf.examinations.asked.clear()
    assert _bare(shelf.engine.scan(_ALL, tree)) == _bare(first)
    assert (shelf.trees.listed, shelf.examinations.asked) == ([], [])


def test_near_a_known_tree_only_what_differs_is_read() -> None:
    shelf = Shelf()
    shelf.engine.scan(_ALL, shelf.trees.add(_many()))
    shelf.trees.listed.clear()
    shelf.examinations.asked.clear()
    changed = shelf.trees.add({**_many(), "d1/f1.py": _LEGACY})
    scan = shelf.engine.scan(_ALL, changed)
    assert [one.path for one in scan.violations] == ["d1/f1.py"]
    assert shelf.trees.listed == []
    assert [one.path for one in shelf.examinations.asked] == ["d1/f1.py"]
    assert scan.timing.cache_misses == 1


def test_the_nearest_known_ancestor_comes_before_the_latest_tree() -> None:
    shelf = Shelf()
    parent = shelf.trees.add(_many())
    other = shelf.trees.add({"z.py": "unrelated = 1\n"})
    shelf.engine.scan(_ALL, parent)
    shelf.engine.scan(_ALL, other)
    child = shelf.trees.add({**_many(), "new.py": _LEGACY})
    shelf.trees.ancestors[child] = [parent]
    shelf.examinations.asked.clear()
    shelf.engine.scan(_ALL, child)
    assert [one.path for one in shelf.examinations.asked] == ["new.py"]


def test_a_blob_is_read_once_wherever_it_appears() -> None:
    shelf = Shelf()
    shelf.engine.scan(_ALL, shelf.trees.add({"a.py": _LEGACY, "b.py": _LEGACY}))
    assert len(shelf.examinations.asked) == 1


def test_other_severities_and_messages_need_no_new_scan() -> None:
    shelf = Shelf()
    tree = shelf.trees.add({"a.py": _LEGACY})
    rule = _RULES[0]
    shelf.engine.scan(configured(rule), tree)
    shelf.trees.listed.clear()
    louder = replace(rule, severity=Severity.P0, message="Stop", target=3, id="renamed")
    scan = shelf.engine.scan(configured(louder), tree)
    assert shelf.trees.listed == []
    (found,) = scan.violations
    assert (found.rule, found.severity, found.message) == ("renamed", Severity.P0, "Stop")
    assert scan.migrations[0].rules[0].target == 3


def test_other_parameters_need_a_new_evaluation() -> None:
    shelf = Shelf()
    tree = shelf.trees.add({"a.py": "import pkg.legacy\nimport pkg.other\n"})
    one = Rule(id="r", kind="banned-import", parameters=BannedImport(modules=("pkg.legacy",)))
    other = replace(one, parameters=BannedImport(modules=("pkg.other",)))
    assert shelf.engine.scan(configured(one), tree).violations[0].line == 1
    assert shelf.engine.scan(configured(other), tree).violations[0].line == 2


def test_another_edition_of_the_scanner_trusts_no_snapshot() -> None:
    shelf = Shelf()
    tree = shelf.trees.add({"a.py": _LEGACY})
    shelf.engine.scan(_ALL, tree)
    replace(shelf.engine, edition="later").scan(_ALL, tree)
    assert shelf.trees.listed == [tree, tree]


def test_violations_are_counted_by_rule_and_file() -> None:
    text = "from pkg.legacy import A, B\n"
    shelf = Shelf()
    tree = shelf.trees.add({"a.py": text, "b.py": text, "old/c.py": ""})
    (counts,) = shelf.engine.scan(_ALL, tree).migrations
    assert [(one.id, one.count, one.files) for one in counts.rules] == [
        ("imports", 4, 2),
        ("dual", 0, 0),
        ("one", 0, 0),
        ("gone", 1, 1),
        ("router", 0, 0),
    ]
    assert (counts.issue, counts.phase) == (7, Phase.MIGRATE)


def test_violations_are_sorted_by_migration_path_place_and_rule() -> None:
    rule = _RULES[0]
    later = Migration(issue=8, title="t", phase=Phase.DETECT, rules=(rule,))
    first = Migration(
        issue=2, title="t", phase=Phase.DETECT, rules=(rule, replace(rule, id="also"))
    )
    configuration = Configuration(digest="d", migrations=(later, first))
    shelf = Shelf()
    tree = shelf.trees.add({"b.py": _LEGACY * 2, "a.py": _LEGACY})
    found = shelf.engine.scan(configuration, tree).violations
    order = [(one.migration, one.path, one.line, one.column, one.rule) for one in found]
    assert order == sorted(order)
    assert len(order) == 9


def test_moving_lines_keeps_fingerprints_and_repeating_a_symbol_counts_on() -> None:
    shelf = Shelf()
    before = shelf.engine.scan(_ALL, shelf.trees.add({"a.py": _LEGACY * 2}))
    after = shelf.engine.scan(_ALL, shelf.trees.add({"a.py": f"# new\n\n{_LEGACY * 3}"}))
    one, two, three = (violation.fingerprint for violation in after.violations)
    assert [violation.fingerprint for violation in before.violations] == [one, two]
    assert len({one, two, three}) == 3


def test_what_was_not_read_is_listed_with_the_reason() -> None:
    shelf = Shelf()
    files = {
        "big.py": "x" * 2_000_000,
        "broken.py": "import pkg.legacy\ndef f(:\n",
        "latin.py": b"# \xe9\nimport pkg.legacy\n",
        "link.py": "a.py",
        "lfs.py": "version https://git-lfs.github.com/spec/v1\n",
        "elf.py": b"\x7fELF\0\xff",
        "fine.py": "",
        "lib/sub": "",
        "notes.txt": b"\0\xff",
    }
    tree = shelf.trees.add(files, modes={"link.py": "120000", "lib/sub": "160000"})
    scan = shelf.engine.scan(_ALL, tree)
    assert scan.degraded == (
        FileProblem("broken.py", "syntax error at 2:7"),
        FileProblem("latin.py", "not UTF-8 on line 1"),
    )
    assert scan.skipped == (
        FileProblem("big.py", "larger than 1 MiB"),
        FileProblem("elf.py", "binary"),
        FileProblem("lfs.py", "Git LFS pointer"),
        FileProblem("lib/sub", "submodule"),
        FileProblem("link.py", "symbolic link"),
    )
    assert (scan.considered, scan.scanned) == (8, 3)
    assert [one.path for one in scan.violations] == ["broken.py", "latin.py"]


def test_a_path_that_is_no_text_survives() -> None:
    path = b"caf\xe9/old_manager.py".decode("utf-8", "surrogateescape")
    shelf = Shelf()
    scan = shelf.engine.scan(_ALL, shelf.trees.add({path: _LEGACY}))
    assert [one.path for one in scan.violations] == [path, path]
    json.dumps([(one.symbol, one.message) for one in scan.violations]).encode("ascii")
    assert len(scan.violations[0].fingerprint) == 32


def test_more_files_than_the_limit_are_refused() -> None:
    shelf = Shelf()
    tree = shelf.trees.add({f"f{number}.py": "" for number in range(5)} | {"a.txt": ""})
    shelf.engine.scan(configured(*_RULES, limits=Limits(files=5)), tree)
    with pytest.raises(LimitExceededError, match="more than 4 files"):
        shelf.engine.scan(configured(*_RULES, limits=Limits(files=4)), tree)


def test_a_scan_that_takes_too_long_is_ended() -> None:
    shelf = Shelf()
    tree = shelf.trees.add(_many())
    with pytest.raises(LimitExceededError, match="longer than 0 seconds"):
        shelf.engine.scan(configured(*_RULES, limits=Limits(time=0)), tree)


@dataclass
class _Superseded:
    after: int

    def check(self) -> None:
        self.after -= 1
        if self.after < 0:
            raise SupersededError("a newer commit")


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_cancelled_scan_stops_and_can_be_done_again(after: int) -> None:
    shelf = Shelf()
    tree = shelf.trees.add({**_many(), "a.py": _LEGACY})
    with pytest.raises(SupersededError):
        shelf.engine.scan(_ALL, tree, cancellation=_Superseded(after))
    assert len(shelf.engine.scan(_ALL, tree).violations) == 1


def test_rules_of_every_migration_are_evaluated() -> None:
    rule = _RULES[0]
    migrations = tuple(
        Migration(issue=issue, title="t", phase=Phase.DETECT, rules=(rule,)) for issue in (1, 2)
    )
    shelf = Shelf()
    tree = shelf.trees.add({"a.py": _LEGACY})
    scan = shelf.engine.scan(Configuration(digest="d", migrations=migrations), tree)
    assert scan.counts() == {(1, "imports"): 1, (2, "imports"): 1}
    assert len({one.fingerprint for one in scan.violations}) == 2


def test_a_configuration_without_rules_finds_nothing() -> None:
    shelf = Shelf()
    scan = shelf.engine.scan(configured(), shelf.trees.add({"a.py": _LEGACY}))
    assert (scan.violations, scan.considered) == ((), 1)
