import subprocess
import time
from pathlib import Path

import pathspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from bot.scanner.globs import Globs
from tests.support.gitrepo import GitRepository

_SEGMENTS = st.one_of(
    st.sampled_from(["*", "**", "a", "b", "*.py", "a*", "*a*b", "?", "[ab]", "[!a]", "a?b*"]),
    st.text(alphabet="ab*?.", min_size=1, max_size=5),
)
_PATTERNS = st.builds(
    lambda sign, start, segments, end: sign + start + "/".join(segments) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(_SEGMENTS, min_size=1, max_size=4),
    st.sampled_from(["", "", "/"]),
)
_PATHS = st.lists(st.text(alphabet="ab.cpyx", min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PATTERNS, min_size=1, max_size=3), _PATHS)
def test_patterns_match_as_a_well_kept_library_matches_them(
    patterns: list[str], path: list[str]
) -> None:
    assume(not {".", ".."} & set(path))
    # pathspec takes "a/**/" for "a/", which git does not.
    assume(not any(pattern.rstrip("/").endswith("**") for pattern in patterns))
    try:
        expected = pathspec.PathSpec.from_lines(GitIgnoreSpecPattern, patterns)
    except pathspec.patterns.gitignore.base.GitIgnorePatternError:
        assume(False)
    assert Globs(patterns).match("/".join(path)) == expected.match_file("/".join(path))


@pytest.mark.parametrize(
    "pattern",
    ["**/", "a/**/", "a/**", "/a", "a/", "[[:alpha:]]", "[a\\]b]", "[]a]", "\\*", "\\a", "[^a-c]/*",
     "*.[ch]", "a/**/b", "**/b", "b/", "?", "**/a/**"],
)  # fmt: skip
def test_a_pattern_matches_as_in_git(tmp_path: Path, pattern: str) -> None:
    names = ["a", "b", "c", "x.c", "]", "*", "ab"]
    paths = [*names, *(f"{one}/{two}" for one in names for two in names), "a/x/b", "x/a/b", "x/y/b"]
    repository = GitRepository(tmp_path)
    (repository.path / ".gitignore").write_text(f"{pattern}\n")
    answer = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=repository.path,
        input="\0".join(paths),
        capture_output=True,
        text=True,
        check=False,
    )
    globs = Globs([pattern])
    assert {path for path in paths if globs.match(path)} == set(answer.stdout.split("\0")) - {""}


def test_the_last_pattern_that_matches_decides() -> None:
    globs = Globs(["*.py", "!tests/**", "tests/unit/**"])
    assert globs.match("a.py")
    assert not globs.match("tests/a.py")
    assert globs.match("tests/unit/a.py")


def test_the_deciding_pattern_is_named() -> None:
    globs = Globs(["*.py", "docs/*.md", "!docs/private.md"])
    assert globs.which("x/a.py") == "*.py"
    assert globs.which("docs/a.md") == "docs/*.md"
    assert globs.which("docs/private.md") is None
    assert globs.which("a.txt") is None


def test_no_pattern_matches_nothing() -> None:
    assert not Globs([]).match("a.py")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[a", "a \\[ without a \\]"),
        ("[z-a]", "a bad"),
        ("[[:nonsense:]]", "no character class"),
        ("/", "names no file"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Globs([pattern])


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 40 + "b", "a" * 5000),
        ("**/a/" * 40 + "b", "a/" * 2000 + "a"),
        ("*?" * 40 + "b", "a" * 5000),
        ("**/*a*/" * 20 + "b", "aaa/" * 1000 + "a"),
    ],
)
def test_hostile_patterns_take_no_time(pattern: str, path: str) -> None:
    started = time.process_time()
    assert not Globs([pattern]).match(path)
    assert time.process_time() - started < 1
