import time

import pytest

from bot.decide.codeowners import Owners, read

EXAMPLE = """
# the examples of GitHub's own page
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
**/logs @logs
/apps/ @octocat
/apps/github
"""


def owners(text: str, path: str) -> tuple[str, ...]:
    return Owners(read(".github/CODEOWNERS", text)).of(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", ("@global-owner1", "@global-owner2")),
        ("deep/down/a.js", ("@js-owner",)),
        ("main.go", ("docs@example.com",)),
        ("a/b.txt", ("@octo-org/octocats",)),
        ("docs/getting-started.md", ("docs@example.com",)),
        ("docs/build-app/troubleshooting.md", ("@global-owner1", "@global-owner2")),
        ("other/docs/a.md", ("@global-owner1", "@global-owner2")),
        ("x/apps/y.c", ("@octocat",)),
        ("build/logs/today.c", ("@logs",)),
        ("deeply/nested/logs/a", ("@logs",)),
        ("apps/x", ("@octocat",)),
        ("apps/github/x", ()),
    ],
)
def test_paths_have_the_owners_that_githubs_page_says(path: str, expected: tuple[str, ...]) -> None:
    assert owners(EXAMPLE, path) == expected


def test_a_later_pattern_without_owners_takes_them_away() -> None:
    assert owners("*.py @alice\nvendor/\n", "vendor/a.py") == ()


def test_a_file_without_rules_gives_nobody_anything() -> None:
    assert owners("# nobody yet\n", "a.py") == ()


@pytest.mark.parametrize("line", ["!a.py @alice", "[ab].py @alice", "*.py alice", "/ @alice"])
def test_lines_that_github_skips_are_skipped_and_named(line: str) -> None:
    file = read("CODEOWNERS", f"*.py @bob\n{line}\n")
    assert file.unread == (2,)
    assert Owners(file).of("a.py") == ("@bob",)


def test_a_space_in_a_path_is_escaped() -> None:
    assert owners("my\\ docs/ @alice", "my docs/a.md") == ("@alice",)


def test_thousands_of_paths_under_hundreds_of_rules_take_a_moment() -> None:
    text = "\n".join(f"/services/team{n}/**/*.py @acme/team{n}" for n in range(300))
    book = Owners(read("CODEOWNERS", text))
    start = time.process_time()
    found = [book.of(f"services/team{n % 300}/a/b/{n}.py") for n in range(3_000)]
    assert time.process_time() - start < 1
    assert found[2_123] == ("@acme/team23",)


def test_a_pattern_made_to_explode_does_not() -> None:
    start = time.process_time()
    assert owners("*a*a*a*a*a*a*a*a*b @eve", "a" * 5_000) == ()
    assert time.process_time() - start < 1
