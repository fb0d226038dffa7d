from collections.abc import Iterable, Iterator

from bot.suites.plan.checks.tree import matches


def violations(files: Iterable[str], *, gone: tuple[str, ...]) -> Iterator[str]:
    """Every file that must not exist."""
    for path in files:
        if matches(path, gone):
            yield f"{path}: still exists"
