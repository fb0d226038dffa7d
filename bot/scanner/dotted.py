from collections.abc import Iterable


class Prefixes:
    """Dotted paths, and which of them is over another path."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)

    def over(self, path: str) -> str | None:
        """The longest of the paths that `path` is, or lies below; None if there is none."""
        while path not in self._paths:
            path = path.rpartition(".")[0]
            if not path:
                return None
        return path
