"""`canon rules`: the kinds of rules there are, and what each of them takes and finds."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.scanner.kind import Kind


@click.command("rules")
@click.argument("kind", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
def command(kind: str | None, form: str) -> None:
    """Explain the kinds of rules.

    Lists them all; or of one KIND the parameters, and examples with what Canon says of them.
    """
    from bot.scanner.kinds import all_kinds
    from bot.scanner.kinds import kind as kind_named

    kinds = all_kinds() if kind is None else [kind_named(kind)]
    click.echo(_written(kinds, form, alone=kind is not None).rstrip("\n"))


def _written(kinds: "Sequence[Kind]", form: str, *, alone: bool) -> str:
    if form == "json":
        from bot.cli.rules_json import kinds_json

        return kinds_json(kinds)
    if form == "markdown":
        from bot.config.kind_pages import index, page

        return page(kinds[0]) if alone else index(kinds)
    from bot.cli.rules_text import kind_text, kinds_text
    from bot.cli.terminal import Palette

    palette = Palette.of_output()
    return kind_text(kinds[0], palette) if alone else kinds_text(kinds, palette)
