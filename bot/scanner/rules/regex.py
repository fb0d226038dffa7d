from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

from bot.scanner.kind import Example, Expected, Finder, Kind
from bot.scanner.matches import Match, Span
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, Group, Help, RegularExpression
from bot.scanner.probes import OwnProbe
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.finders import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Text that must not be there, in whatever file."""

    __pydantic_config__ = CONFIGURATION

    pattern: Annotated[
        RegularExpression, Help("RE2; ^ and $ match at lines, empty matches do not count.")
    ]
    group: Annotated[
        Group, Help("The group, by number or name, that is the place and symbol of a violation.")
    ] = 0

    def __post_init__(self) -> None:
        if self.group == 0:
            return
        from bot.scanner.expressions import compiled, group_of

        if group_of(compiled(self.pattern), self.group) is None:
            raise ValueError(f"the pattern has no group {self.group}")


class Regex(Finder):
    """Tells what an expression matches."""

    def __init__(self, parameters: Parameters) -> None:
        self._pattern = parameters.pattern
        question = msgspec.msgpack.encode((parameters.pattern, parameters.group))
        self.probes = (OwnProbe("regex", question),)

    def report(self, file: File, matches: Sequence[Match]) -> Iterator[Finding]:
        """A finding for each match."""
        del file
        for one in matches:
            assert isinstance(one, Span)
            message = f"{one.text} matches {self._pattern}"
            yield Finding(one.line, one.column, one.text, message, via="regex")


def _answers(question: bytes) -> "Ask":
    from bot.scanner.expressions import expression

    return expression(*msgspec.msgpack.decode(question, type=tuple[str, int | str]))


KIND = Kind(
    name="regex",
    summary="One violation for each match of an expression, in any text file.",
    parameters=Parameters,
    prepare=Regex,
    files="any",
    answers=_answers,
    examples=(
        Example(
            title="In any text file",
            parameters=Parameters(pattern=r"legacy\.shop\.example"),
            files={
                "deploy/shop.yml": "host: legacy.shop.example\nport: 80\n",
                "README.md": "See legacy.shop.example, and legacy.shop.example/api.\n",
                "app.py": "# legacy.shop.example\n",
                "logo.png": "\0legacy.shop.example",
            },
            finds=(
                Expected(path="README.md", line=1, column=5, symbol="legacy.shop.example"),
                Expected(path="README.md", line=1, column=30, symbol="legacy.shop.example"),
                Expected(path="app.py", line=1, column=3, symbol="legacy.shop.example"),
                Expected(path="deploy/shop.yml", line=1, column=7, symbol="legacy.shop.example"),
            ),
        ),
        Example(
            title="A group is the place and the symbol",
            parameters=Parameters(pattern=r"^export (?P<name>LEGACY_\w+)=", group="name"),
            files={".env": "export LEGACY_URL=http://x\r\nexport URL=LEGACY_URL=\r\n"},
            finds=(Expected(path=".env", line=1, column=8, symbol="LEGACY_URL"),),
        ),
        Example(
            title="Nothing of the kind",
            parameters=Parameters(pattern=r"TODO\(legacy\)"),
            files={"app.py": "# TODO: legacy\n"},
        ),
    ),
)
