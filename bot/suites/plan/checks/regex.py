import re
from collections.abc import Iterator
from pathlib import Path

from bot.suites.plan.checks.tree import Tree


def violations(
    tree: Tree,
    *,
    pattern: str,
    own: str,
) -> Iterator[str]:
    """Every match in a text file; this file, which has to say it, is left out."""
    expression = re.compile(pattern, re.MULTILINE | re.ASCII)
    for path in tree.files:
        file = tree.root / path
        content = file.read_bytes()
        if b"\0" in content[:8000] or file.resolve() == Path(own).resolve():
            continue
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        for found in expression.finditer(text):
            if found[0]:
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path}:{line}: {found[0]}"
