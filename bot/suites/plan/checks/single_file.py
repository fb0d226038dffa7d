from collections.abc import Iterable, Iterator

from bot.suites.plan.checks.tree import matches


def violations(
    files: Iterable[str],
    *,
    meant: tuple[str, ...],
    keep: tuple[str, ...],
) -> Iterator[str]:
    """Every matching file other than those to keep."""
    for path in files:
        if path not in keep and matches(path, meant):
            yield f"{path}: is another such file"
