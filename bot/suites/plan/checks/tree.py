import ast
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

NOT_OURS = {".git", "__pycache__", "node_modules"}


class Tree(NamedTuple):
    """Files below a folder, and expressions for the import roots among their folders."""

    root: Path
    roots: Iterable[str]
    files: Iterable[str]


class File(NamedTuple):
    """A file; `module` and `package` are what it is to imports, empty outside of roots."""

    path: str
    module: str
    package: tuple[str, ...]


def paths(root: Path, include: Iterable[str], exclude: Iterable[str]) -> Iterator[str]:
    """The files below a folder, by regular expressions for their paths."""
    for folder, folders, names in os.walk(root):
        if "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = sorted(set(folders) - NOT_OURS)
        for name in sorted(names):
            file = Path(folder, name)
            path = file.relative_to(root).as_posix()
            meant = matches(path, include) and not matches(path, exclude)
            if meant and not file.is_symlink():
                yield path


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether a path matches one of some regular expressions for paths."""
    return any(re.match(glob, path) for glob in globs)


def parsed(tree: Tree, words: Iterable[str] = ()) -> Iterator[tuple[File, ast.Module]]:
    """The Python files that have one of the words; all of them where there are none.

    What Python cannot parse, it cannot run either.
    """
    for path in tree.files:
        text = (tree.root / path).read_bytes()
        if words and not any(word.encode() in text or word in path for word in words):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                module = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                continue
        yield described(path, tree.roots), module


def described(path: str, roots: Iterable[str]) -> File:
    """What a file is to imports; it belongs to its longest root."""
    ends = [found.end() for found in (re.match(one, path) for one in roots) if found]
    if not ends or not path.endswith((".py", ".pyi")):
        return File(path, "", ())
    *package, name = path[max(ends) :].rpartition(".")[0].split("/")
    parts = package if name == "__init__" else [*package, name]
    return File(path, ".".join(parts), tuple(package))


def absolute(file: File, name: str) -> str:
    """The dotted path of an imported name; empty where a relative one leads nowhere."""
    below = name.lstrip(".")
    up = len(name) - len(below) - 1
    if up < 0:
        return name
    if up > len(file.package):
        return ""
    base = file.package[: len(file.package) - up]
    return ".".join((*base, below) if below else base)


def imports(file: File, module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported name, as the line and the absolute dotted path."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield line_of(name, node), name.name
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            dot = "" if start.endswith(".") else "."
            for name in node.names:
                symbol = absolute(file, f"{start}{dot}{name.name}")
                if symbol:
                    yield line_of(name, node), symbol


def line_of(name: ast.alias, statement: ast.stmt) -> int:
    """The line of an imported name; Python 3.9 knows that of the statement only."""
    return getattr(name, "lineno", statement.lineno)


def below(path: str, over: Iterable[str]) -> str:
    """The longest of some dotted paths that a path is, or lies below; empty for none."""
    found = [one for one in over if path == one or path.startswith(f"{one}.")]
    return max(found, key=len, default="")
