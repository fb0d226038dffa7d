"""Writes docs/rules/, a page for each kind: `python -m bot.config.kind_pages`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

from bot.config.kinds import parameters, yaml
from bot.config.reference import escaped
from bot.domain.violation import Violation
from bot.scanner.examples import violations
from bot.scanner.kind import Example, Kind
from bot.scanner.kinds import all_kinds

_WRITTEN: Final = (
    "<!-- Written by `python -m bot.config.kind_pages` from {source}; do not edit. -->"
)
_INTRODUCTION: Final = """\
# The kinds of rules

{written}

Each page has a kind's parameters, and examples with what Canon says of them. `canon rules` and
`canon rules KIND` print the same. A rule's own `message` takes the place of what the kind says.

| kind | |
|---|---|
"""
_BESIDES: Final = (
    "Besides the [keys of every rule](../configuration-keys.md#a-rule); those in bold are required."
)
_LANGUAGES: Final = {".py": "python", ".pyi": "python", ".sh": "sh", ".ts": "ts", ".yml": "yaml"}
_BACKTICKS: Final = re.compile("`+")


def pages() -> Mapping[str, str]:
    """File name -> Markdown of every page in docs/rules/."""
    kinds = all_kinds()
    return {"README.md": index(kinds), **{f"{one.name}.md": page(one) for one in kinds}}


def index(kinds: Sequence[Kind]) -> str:
    """The page that leads to those of the kinds, in Markdown."""
    rows = "".join(f"| [{one.name}]({one.name}.md) | {escaped(one.summary)} |\n" for one in kinds)
    return _INTRODUCTION.format(written=_WRITTEN.format(source="bot/scanner/rules")) + rows


def page(kind: Kind) -> str:
    """The page of one kind, in Markdown."""
    source = f"bot/scanner/rules/{kind.name.replace('-', '_')}.py"
    parts = [
        f"# {kind.name}",
        _WRITTEN.format(source=source),
        escaped(kind.summary),
        about(kind),
        "## Parameters",
        _BESIDES,
        "\n".join(["| key | value | |", "|---|---|---|", *_rows(kind)]),
        "## Examples",
        *(part for example in kind.examples for part in _example(kind, example)),
    ]
    return "\n\n".join(parts) + "\n"


def about(kind: Kind) -> str:
    """Which files a kind looks at, and what it concludes from."""
    files = "the Python files that the configuration includes" if kind.files == "python" else ""
    scope = (
        "Each file is judged by itself."
        if kind.scope == "file"
        else "A file is judged by what is in the others too."
    )
    return f"Looks at {files or 'files of any type'}. {scope}"


def _rows(kind: Kind) -> Iterator[str]:
    for one in parameters(kind):
        name = f"**`{one.name}`**" if one.required else f"`{one.name}`"
        default = f" Default: `{one.default}`." if one.default else ""
        yield f"| {name} | {one.value} | {escaped(one.description)}{default} |"


def _example(kind: Kind, example: Example) -> Iterator[str]:
    yield f"### {escaped(example.title)}"
    yield _fenced("yaml", yaml(kind, example))
    found = violations(kind, example)
    for path, text in example.files.items():
        yield f"`{path}`"
        yield _fenced(_LANGUAGES.get(PurePath(path).suffix, "text"), text)
    yield "\n".join(map(_said, found)) if found else "Nothing is found."


def _said(violation: Violation) -> str:
    where = f"`{violation.path}:{violation.line}:{violation.column}`"
    return f"- {where}: {escaped(violation.message)}"


def _fenced(language: str, text: str) -> str:
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = text.replace("\r\n", "\n").rstrip()
    return f"{fence}{language}\n{lines}\n{fence}"


def write(folder: Path) -> None:
    """Write every page, and remove those of kinds that are gone."""
    folder.mkdir(exist_ok=True)
    wanted = pages()
    for file in folder.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).resolve().parents[2] / "docs" / "rules")
