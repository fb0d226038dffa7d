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


class Packages:
    """The packages that are, or lie below, one of some dotted paths."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._over = Prefixes(paths).over
        self._known: dict[tuple[str, ...] | None, bool] = {None: False}

    def hold(self, package: tuple[str, ...] | None) -> bool:
        """Whether a package (see `File`) is among them; remembered, as many files share one."""
        known = self._known.get(package)
        if known is None:
            assert package is not None
            known = self._known[package] = self._over(".".join(package)) is not None
        return known
