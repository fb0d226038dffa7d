"""How a repository writes its tests, as those show that touch a migration."""

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from posixpath import basename, dirname
from typing import Final

from bot.domain.configuration import Migration
from bot.domain.inventory import FileRole, Inventory, InventoryFile, Services
from bot.domain.phase import Phase
from bot.domain.suite import Category, Expectation
from bot.domain.test_plan import Style, TestHabits

_DEFAULT: Final = "tests"
_NO_HABITS: Final = {
    *("anyio", "asyncio", "django_db", "filterwarnings", "flaky", "order", "skip", "skipif"),
    *("timeout", "trio", "usefixtures", "xdist_group", "xfail"),
}
_FOLDER: Final = re.compile(r"(?:\./)?([\w-][\w.-]*(?:/[\w.-]+)*)/?")


def habits_of(
    inventory: Inventory, migration: Migration, directory: str | None = None
) -> TestHabits:
    """Style, place and names for new tests.

    Where no `directory` is given, and a detecting category runs a folder, they go there; else into
    one of their own, beside the tests that stand on nothing.
    """
    files = [file for file in inventory.files if file.role is FileRole.TESTS and file.tests]
    if directory is None:
        directory = detecting_folder(migration) or f"{_home(files)}/migration_{migration.issue}"
    near = [file for file in files if file.path.startswith(f"{directory}/")]
    return TestHabits(
        style=_style(near or files),
        directory=directory,
        suffix=_is_most([basename(file.path).endswith("_test.py") for file in near or files]),
        markers=_markers(near),
    )


def is_detecting(category: Category) -> bool:
    """Whether the tests of a category must fail as long as the migration is not made."""
    return category.expect[Phase.DETECT] is Expectation.FAIL


def detecting_folder(migration: Migration) -> str | None:
    """The folder that the command of a detecting category names."""
    for category in filter(is_detecting, migration.tests):
        for word in command_words(category):
            found = _FOLDER.fullmatch(word)
            if found and ("/" in word or word.startswith("test")) and not word.endswith(".py"):
                return found[1].rstrip("/")
    return None


def command_words(category: Category) -> Sequence[str]:
    """The words of a category's command, without options and the program itself."""
    try:
        words = shlex.split(category.run, comments=True)
    except ValueError:  # an unfinished quote; the shell would refuse it too
        words = category.run.split()
    return [word for word in words[1:] if not word.startswith("-") and "=" not in word]


def _home(files: Sequence[InventoryFile]) -> str:
    """The folder with most of the tests that stand on nothing."""
    light = [file for file in files if file.services not in {Services.REAL, Services.MIXED}]
    folders = Counter(dirname(file.path) for file in light or files)
    ranked = sorted(folders.items(), key=lambda item: (-item[1], item[0]))
    return (ranked[0][0] if ranked else "") or _DEFAULT


def _style(files: Sequence[InventoryFile]) -> Style:
    """The style that most files have, by the most of their tests."""
    votes: Counter[Style] = Counter()
    for file in files:
        tests = Counter(
            Style.UNITTEST
            if test.of_unittest
            else Style.CLASSES
            if "::" in test.name
            else Style.FUNCTIONS
            for test in file.tests
        )
        votes[tests.most_common(1)[0][0]] += 1
    return votes.most_common(1)[0][0] if votes else Style.FUNCTIONS


def _is_most(answers: Sequence[bool]) -> bool:
    return sum(answers) * 2 > len(answers)


def _markers(files: Sequence[InventoryFile]) -> tuple[str, ...]:
    """The markers that every test of some files has, if there are enough to tell."""
    tests = [test for file in files for test in file.tests]
    if len(tests) < 2:
        return ()
    common = set(tests[0].markers).intersection(*(test.markers for test in tests))
    return tuple(sorted(common - _NO_HABITS))
