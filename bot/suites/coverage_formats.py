"""Coverage files as tools write them, read with bounds: the code that wrote them may wish us ill.

Cobertura's XML (https://cobertura.github.io/cobertura/), LCOV's tracefiles (geninfo(1), FILES) and
the JSON of coverage.py (https://coverage.readthedocs.io/). Its database, `.coverage`, is refused:
it holds the lines that ran and not those that could have, so that no share can be taken from it.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn
from xml.parsers import expat

import msgspec

from bot.domain.errors import CouldNotCheckError

LARGEST: Final = 64 * 1024 * 1024
_MOST_FILES: Final = 100_000
_MOST_LINES: Final = 2_000_000
_MOST_SOURCES: Final = 100
_LAST_LINE: Final = 1 << 31
_LONGEST_NAME: Final = 4096
_DEEPEST: Final = 32
_LARGEST_TAG: Final = 64 * 1024
_CHUNK: Final = 64 * 1024

_DATABASE: Final = b"SQLite format 3\0"


class CoverageUnreadableError(CouldNotCheckError):
    """The file is no coverage file that Canon reads, or breaks a bound; the text says which."""


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The lines that count, file by file, under the names that the report gives to the files.

    A line is its 1-based number times two, plus one if it ran; it may occur more than once, and
    ran if one of them says so. `sources` are folders that names may be relative to.
    """

    files: Mapping[str, Sequence[int]]
    sources: tuple[str, ...] = ()


def read_coverage(content: bytes) -> CoverageReport:
    """Read a coverage file; its own first bytes say of which format it is.

    Raises `CoverageUnreadableError`.
    """
    if len(content) > LARGEST:
        raise CoverageUnreadableError(f"larger than {LARGEST >> 20} MiB")
    if content.startswith(_DATABASE):
        raise CoverageUnreadableError(
            "a database of coverage.py, which does not say which lines could have run:"
            " let the command end with `coverage xml`, and name coverage.xml"
        )
    start = content[:_CHUNK].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return _Cobertura().read(content)
    if start.startswith(b"{"):
        return _json(content)
    if start.startswith((b"TN:", b"SF:")):
        return _lcov(content)
    raise CoverageUnreadableError("neither Cobertura XML, nor LCOV, nor JSON of coverage.py")


class _Lines:
    """What is gathered from a file, within the bounds."""

    def __init__(self) -> None:
        self.files: dict[str, array[int]] = {}
        self._left = _MOST_LINES

    def file(self, name: str) -> "array[int]":
        if name not in self.files:
            if len(self.files) == _MOST_FILES:
                raise CoverageUnreadableError(f"more than {_MOST_FILES:,} files")
            if not name or len(name) > _LONGEST_NAME:
                raise CoverageUnreadableError(f"a file's name of {len(name):,} characters")
            self.files[name] = array("Q")
        return self.files[name]

    def add(self, file: "array[int]", number: int, *, ran: bool) -> None:
        if not 0 < number < _LAST_LINE:
            raise CoverageUnreadableError(f"there is no line {number}")
        if not self._left:
            raise CoverageUnreadableError(f"more than {_MOST_LINES:,} lines")
        self._left -= 1
        file.append(number * 2 + ran)


class _Cobertura:
    """Handlers for expat. An error in one of them ends the parsing."""

    def __init__(self) -> None:
        self._lines = _Lines()
        self._sources: list[str] = []
        self._source: list[str] | None = None
        self._class: array[int] | None = None
        self._depth = 0

    def read(self, content: bytes) -> CoverageReport:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _doctype
        parser.EntityDeclHandler = _entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            for at in range(0, len(content), _CHUNK):
                parser.Parse(content[at : at + _CHUNK])
                # A tag is held whole, and read again from its start, until its end has come.
                if at + _CHUNK - max(parser.CurrentByteIndex, 0) > _CHUNK + _LARGEST_TAG:
                    raise CoverageUnreadableError(f"a tag of more than {_LARGEST_TAG:,} bytes")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise CoverageUnreadableError(f"no XML: {error}") from None
        except (LookupError, ValueError) as error:
            raise CoverageUnreadableError(f"not as Cobertura has it: {error}") from None
        return CoverageReport(self._lines.files, tuple(self._sources))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and name != "coverage":
            raise CoverageUnreadableError(f"its root element is {name[:50]!r}, not `coverage`")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CoverageUnreadableError(f"nested more than {_DEEPEST} deep")
        if name == "line" and self._class is not None:
            ran = int(attributes["hits"]) > 0
            self._lines.add(self._class, int(attributes["number"]), ran=ran)
        elif name == "class":
            self._class = self._lines.file(attributes["filename"])
        elif name == "source":
            self._source = []

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "class":
            self._class = None
        elif name == "source" and self._source is not None:
            if len(self._sources) == _MOST_SOURCES:
                raise CoverageUnreadableError(f"more than {_MOST_SOURCES} sources")
            self._sources.append("".join(self._source).strip())
            self._source = None

    def _text(self, text: str) -> None:
        if self._source is not None:
            if sum(map(len, self._source)) + len(text) > _LONGEST_NAME:
                raise CoverageUnreadableError("the name of a source is too long")
            self._source.append(text)


def _doctype(_name: str, _system: object, _public: object, own: object) -> None:
    """Reports name Cobertura's DTD, which nobody fetches; one of their own is an attack."""
    if own:
        raise CoverageUnreadableError("it brings its own DTD")


def _entity(*_: object) -> NoReturn:
    raise CoverageUnreadableError("it declares entities")


class _JsonFile(msgspec.Struct):
    executed_lines: list[int]
    missing_lines: list[int]


class _Json(msgspec.Struct):
    files: dict[str, _JsonFile]


def _json(content: bytes) -> CoverageReport:
    try:
        found = msgspec.json.decode(content, type=_Json)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CoverageUnreadableError(f"not as coverage.py writes JSON: {error}") from None
    gathered = _Lines()
    for name, lines in found.files.items():
        file = gathered.file(name)
        for number in lines.executed_lines:
            gathered.add(file, number, ran=True)
        for number in lines.missing_lines:
            gathered.add(file, number, ran=False)
    return CoverageReport(gathered.files)


def _lcov(content: bytes) -> CoverageReport:
    gathered = _Lines()
    file: array[int] | None = None
    start = 0
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        kind, _, rest = content[start : min(end, start + _LONGEST_NAME)].strip().partition(b":")
        start = end + 1
        if kind == b"SF":
            file = gathered.file(rest.decode("utf-8", "surrogateescape"))
        elif kind == b"end_of_record":
            file = None
        elif kind == b"DA" and file is not None:
            number, hits = _numbers(rest)
            gathered.add(file, number, ran=hits > 0)
    return CoverageReport(gathered.files)


def _numbers(rest: bytes) -> tuple[int, int]:
    """Line number and hits of a `DA` record, which may end with a checksum."""
    try:
        number, hits, *_ = rest.split(b",")
        return int(number), int(hits)
    except ValueError:
        shown = rest[:50].decode("utf-8", "replace")
        raise CoverageUnreadableError(f"not as LCOV has it: DA:{shown}") from None
