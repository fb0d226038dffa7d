import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from bot.scanner.kind import Example, Expected, Finder, Kind
from bot.scanner.matches import Match, Span
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, Check, CheckBeside, Help
from bot.scanner.probes import OwnProbe
from bot.scanner.snapshot import Finding

if TYPE_CHECKING:
    from bot.scanner.finders import Ask


def _is_language(value: str) -> None:
    from bot.scanner.patterns import LANGUAGES

    if value not in LANGUAGES:
        raise ValueError(f"expected one of {', '.join(LANGUAGES)}")


def _is_rule(value: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
    from bot.scanner.patterns import check

    if "language" in beside:
        check(beside["language"], value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Code of a certain form, in any language that ast-grep knows."""

    __pydantic_config__ = CONFIGURATION

    language: Annotated[
        str,
        Check(_is_language),
        Help(
            "The language, by ast-grep's name for it; the files are those with one of its "
            "extensions."
        ),
    ]
    rule: Annotated[
        Mapping[str, Any],
        CheckBeside(_is_rule),
        Help(
            "A rule object of ast-grep (pattern, kind, regex, inside, has, all, any, not and so "
            "on); see https://ast-grep.github.io/reference/rule.html."
        ),
    ]


class Pattern(Finder):
    """Tells what a rule matches in the files of its language."""

    def __init__(self, parameters: Parameters) -> None:
        from bot.scanner.patterns import LANGUAGES, words

        self._extensions = tuple(f".{one}" for one in LANGUAGES[parameters.language])
        question = msgspec.msgpack.encode((parameters.language, parameters.rule))
        needed = words(parameters.language, parameters.rule)
        self._rule = json.dumps(parameters.rule, ensure_ascii=False)
        self.probes = (OwnProbe("pattern", question, needed),)

    def covers(self, path: str) -> bool:
        """The files of the language."""
        return path.endswith(self._extensions)

    def report(self, file: File, matches: Sequence[Match]) -> Iterator[Finding]:
        """A finding for each match."""
        del file
        for one in matches:
            assert isinstance(one, Span)
            message = f"{one.text} matches {self._rule}"
            yield Finding(one.line, one.column, one.text, message, via="pattern")


def _answers(question: bytes) -> "Ask":
    from bot.scanner.patterns import pattern

    return pattern(*msgspec.msgpack.decode(question, type=tuple[str, dict[str, Any]]))


KIND = Kind(
    name="pattern",
    summary="One violation for each match of an ast-grep rule, in the files of its language.",
    parameters=Parameters,
    prepare=Pattern,
    files="any",
    answers=_answers,
    examples=(
        Example(
            title="A call with a certain argument, and not what only looks like it",
            parameters=Parameters(
                language="python",
                rule={
                    "kind": "keyword_argument",
                    "regex": r"^timeout\s*=\s*None$",
                    "inside": {"pattern": "connect($$$)", "stopBy": "end"},
                },
            ),
            files={
                "app.py": (
                    'print("connect(timeout=None)")  # connect(timeout=None)\n'
                    "connect(host, timeout=None)\n"
                    "connect(host, timeout=5)\n"
                    "connect(\n"
                    "    timeout = None,\n"
                    ")\n"
                ),
                "notes.txt": "connect(timeout=None)\n",
            },
            finds=(
                Expected(path="app.py", line=2, column=15, symbol="timeout=None"),
                Expected(path="app.py", line=5, column=5, symbol="timeout = None"),
            ),
        ),
        Example(
            title="In another language",
            parameters=Parameters(
                language="typescript",
                rule={
                    "pattern": "new LegacySocket($$$)",
                    "not": {"inside": {"kind": "function_declaration", "stopBy": "end"}},
                },
            ),
            files={
                "web/app.ts": "const socket: Socket = new LegacySocket(url);\n",
                "web/make.ts": "function make() {\n  return new LegacySocket(url);\n}\n",
                "web/app.js": "new LegacySocket(url);\n",
            },
            finds=(Expected(path="web/app.ts", line=1, column=24, symbol="new LegacySocket(url)"),),
        ),
        Example(
            title="Nothing of the kind",
            parameters=Parameters(language="yaml", rule={"pattern": "image: legacy:latest"}),
            files={"deploy.yml": "# image: legacy:latest\nimage: shop:latest\n"},
        ),
    ),
)
