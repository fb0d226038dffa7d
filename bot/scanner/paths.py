"""What the paths of names (see `Match`) mean in a file."""

from collections.abc import Iterable, Iterator

from bot.scanner.matches import LOCAL, OWN
from bot.scanner.modules import File, absolute


def meaning(paths: Iterable[str], file: File) -> Iterator[str]:
    """The paths as seen from a file: absolute ones, and `?...` for what a function binds."""
    for path in paths:
        if path.startswith(OWN):
            yield f"{file.module or LOCAL}.{path[1:]}"
        elif path.startswith("."):
            found = absolute(file.package, path)
            if found is not None:
                yield found
        else:
            yield path


def ends_in(path: str, name: str) -> bool:
    """Whether a path (of `meaning`) is, or ends in, a dotted name; never a bare local variable."""
    if path.startswith(LOCAL):
        path = path[1:]
        return path.endswith(f".{name}") or (path == name and "." in name)
    return path == name or path.endswith(f".{name}")
