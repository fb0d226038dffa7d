"""The kinds of rules for people at a terminal."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from textwrap import fill, indent
from typing import TYPE_CHECKING, Final

from bot.config.kind_pages import about
from bot.config.kinds import parameters, yaml
from bot.scanner.examples import violations

if TYPE_CHECKING:
    from bot.cli.terminal import Palette
    from bot.domain.violation import Violation
    from bot.scanner.kind import Example, Kind

_WIDTH: Final = 100


def kinds_text(kinds: "Sequence[Kind]", palette: "Palette") -> str:
    """Every kind with one line of what it finds."""
    width = max(len(one.name) for one in kinds)
    lines = [
        fill(
            f"{one.name:<{width}}  {one.summary}", _WIDTH, subsequent_indent=" " * (width + 2)
        ).replace(one.name, palette.bold(one.name), 1)
        for one in kinds
    ]
    return "\n".join([*lines, "", palette.dim("canon rules KIND: parameters and examples")])


def kind_text(kind: "Kind", palette: "Palette") -> str:
    """All there is to know about one kind."""
    parts = [
        f"{palette.bold(kind.name)}\n{fill(f'{kind.summary} {about(kind)}', _WIDTH)}",
        "\n".join([palette.bold("Parameters"), *_parameters(kind, palette)]),
        *(_example(kind, example, palette) for example in kind.examples),
    ]
    return "\n\n".join(parts)


def _parameters(kind: "Kind", palette: "Palette") -> Iterator[str]:
    for one in parameters(kind):
        remarks = ["required"] if one.required else []
        remarks += [f"default: {one.default}"] if one.default else []
        said = f" ({', '.join(remarks)})" if remarks else ""
        yield f"  {palette.place(one.name)}: {one.value}{said}"
        yield indent(fill(one.description, _WIDTH - 6), "      ")


def _example(kind: "Kind", example: "Example", palette: "Palette") -> str:
    found: defaultdict[str, list[Violation]] = defaultdict(list)
    for violation in violations(kind, example):
        found[violation.path].append(violation)
    heading = palette.bad("Bad") if found else palette.good("Good")
    parts = [f"{heading}: {palette.bold(example.title)}", indent(yaml(kind, example), "  ")]
    # What lies outside of the example's files is said of the configuration.
    for path in {**example.files, **found}:
        lines = _marked(example.files.get(path, ""), found[path], palette)
        parts.append("\n".join([f"  {palette.place(path)}", *lines]))
    return "\n".join(parts)


def _marked(text: str, found: "Sequence[Violation]", palette: "Palette") -> Iterator[str]:
    """The lines of a file, and below each what is said of it."""
    lines = text.splitlines() or [""]
    width = len(str(len(lines)))
    for number, line in enumerate(lines, start=1):
        yield f"  {palette.dim(f'{number:>{width}} |')} {line}".rstrip()
        for violation in found:
            if violation.line == number:
                margin = " " * (width + 4 + violation.column)
                yield f"{margin}{palette.bad('^')} {palette.bad(violation.message)}"
