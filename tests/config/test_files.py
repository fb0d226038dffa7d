"""One configuration from several files, and its identity."""

import subprocess
import sys

import pytest

from bot.config import digest, is_configuration_path, load
from bot.config.loader import MAX_BYTES, MAX_FILES
from bot.domain.errors import ConfigurationMissingError
from tests.support.configs import problems_of, with_migration

MAIN = ".github/canon.yml"


def in_folder(name: str) -> str:
    return f".github/canon/{name}"


def migration(issue: int) -> bytes:
    return f"issue: {issue}\ntitle: Number {issue}\nphase: detect\n".encode()


def issues(files: dict[str, bytes]) -> list[int]:
    return [each.issue for each in load(files).migrations]


def test_no_file_at_all_is_a_missing_configuration_not_an_empty_one() -> None:
    with pytest.raises(ConfigurationMissingError, match=r"\.github/canon\.yml"):
        load({})


@pytest.mark.parametrize(
    ("path", "belongs"),
    [
        (".github/canon.yml", True),
        (".github/canon/1098.yml", True),
        (".github/canon/a/b.yml", False),
        (".github/canon/notes.md", False),
        (".github/canon.yaml", False),
        ("docs/.github/canon.yml", False),
        (".github/canonXyml", False),
    ],
)
def test_only_the_main_file_and_the_folder_belong_to_the_configuration(
    path: str, *, belongs: bool
) -> None:
    assert is_configuration_path(path) is belongs


def test_migrations_come_from_the_main_file_first_then_from_the_folder_by_name() -> None:
    files = {
        in_folder("b.yml"): migration(4),
        in_folder(
            "a.yml"
        ): b"- {issue: 2, title: T, phase: done}\n- {issue: 3, title: T, phase: done}\n",
        MAIN: b"version: 1\nmigrations: [{issue: 1, title: T, phase: done}]\n",
    }
    assert issues(files) == [1, 2, 3, 4]
    assert load(files).sources == (MAIN, in_folder("a.yml"), in_folder("b.yml"))


def test_a_folder_of_migrations_needs_no_main_file() -> None:
    assert issues({in_folder("7.yml"): migration(7)}) == [7]


def test_a_migrations_own_file_may_name_the_version() -> None:
    assert issues({in_folder("7.yml"): b"version: 1\n" + migration(7)}) == [7]
    assert problems_of({in_folder("7.yml"): b"version: 2\n" + migration(7)}) == [
        ".github/canon/7.yml:1:10: `version` is `2`; expected `1`"
    ]


def test_settings_may_be_split_out() -> None:
    files = {
        in_folder("settings.yml"): b"version: 1\nroots: [lib]\nlimits: {files: 10}\n",
        in_folder("7.yml"): migration(7),
        MAIN: b"version: 1\nexclude: [old/**]\n",
    }
    configuration = load(files)
    assert configuration.roots == ("lib",)
    assert configuration.limits.files == 10
    assert configuration.exclude == ("old/**",)


def test_a_setting_in_two_files_is_defined_twice() -> None:
    files = {
        in_folder("settings.yml"): b"version: 1\nroots: [lib]\n",
        MAIN: b"version: 1\nmigrations: []\nroots: [src]\n",
    }
    assert problems_of(files) == [
        ".github/canon/settings.yml:2:1: `roots` is defined twice; first at .github/canon.yml:3:1"
    ]


def test_an_issue_in_two_files_is_defined_twice() -> None:
    files = {in_folder("a.yml"): migration(7), in_folder("b.yml"): migration(7)}
    (found,) = problems_of(files)
    assert found == (
        ".github/canon/b.yml:1:8: migration of issue `7` is defined twice; "
        "first at .github/canon/a.yml:1:8"
    )


def test_the_same_rule_id_in_two_migrations_is_no_duplicate() -> None:
    rule = b"rules: [{id: a, kind: absent-file, files: [x]}]\n"
    files = {in_folder(f"{n}.yml"): migration(n) + rule for n in (7, 8)}
    assert issues(files) == [7, 8]


def test_problems_in_one_file_do_not_hide_those_in_another() -> None:
    files = {
        in_folder("a.yml"): b"\tnot yaml",
        in_folder("b.yml"): b"caf\xe9",
        in_folder("c.yml"): migration(7) + b"owner: x\n",
        MAIN: b"version: 2\n",
    }
    assert [line.partition(": ")[0] for line in problems_of(files)] == [
        ".github/canon.yml:1:10",
        ".github/canon/a.yml:1:1",
        ".github/canon/b.yml:1:4",
        ".github/canon/c.yml:4:1",
    ]


def test_a_migration_in_the_main_file_itself_is_told_where_it_belongs() -> None:
    found = problems_of({MAIN: b"version: 1\nissue: 7\nmigrations: []\n"})
    assert found[0].endswith("`issue` is a key of a migration")


def test_a_file_of_any_other_path_is_read_like_one_of_the_folder() -> None:
    assert issues({"/home/me/canon.yml": with_migration().encode()}) == [7]
    assert issues({"one.yml": migration(8)}) == [8]


def test_the_number_and_the_size_of_files_are_bounded() -> None:
    many = {in_folder(f"{n:03}.yml"): migration(n) for n in range(MAX_FILES + 1)}
    assert problems_of(many) == [
        ".github/canon/200.yml:1:1: there are 201 files; expected at most 200"
    ]
    halves = {in_folder(name): b"#" * (MAX_BYTES // 2 + 1) for name in ("a.yml", "b.yml")}
    assert problems_of(halves) == [
        ".github/canon/b.yml:1:1: the configuration has 1,048,578 bytes; expected at most 1,048,576"
    ]


def test_a_file_name_that_would_disturb_a_terminal_is_refused() -> None:
    (found,) = problems_of({in_folder("\x1b[2J\n.yml"): migration(7)})
    place = r".github/canon/\x1b[2J\n.yml:1:1"
    assert found == f"{place}: the file's name cannot be shown; expected printable characters"


def test_the_digest_is_of_paths_and_bytes_whatever_their_order() -> None:
    one = {"a": b"1", "b": b"2"}
    assert digest(one) == digest(dict(reversed(one.items())))
    assert len({digest(one), digest({"a": b"12"}), digest({"a": b"1", "b": b"3"}), digest({})}) == 4
    assert digest(one) != digest({"a1": b"", "b": b"2"})


def test_a_configuration_carries_the_digest_of_its_files() -> None:
    files = {in_folder("7.yml"): migration(7)}
    assert load(files).digest == digest(files)


def test_a_digest_costs_neither_yaml_nor_the_schema() -> None:
    script = (
        "import sys, bot.config; bot.config.digest({'a': b'b'});"
        "sys.exit(any(name in sys.modules for name in ('ruamel.yaml', 'pydantic', 're2')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
