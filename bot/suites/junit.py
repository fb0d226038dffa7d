"""A reader for JUnit XML from people who may wish us ill.

The format has no standard; this reads what pytest, Surefire, Gradle, go-junit-report, jest-junit
and their kin have in common. expat hands over one element after another, so that memory is bounded
by what is kept, not by what is there; document types, and with them entities, are refused.
"""

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

MAX_CASES: Final = 50_000
MAX_ELEMENTS: Final = 500_000
MAX_DEPTH: Final = 40
MAX_MARKS: Final = 50
MAX_TAG: Final = 1024 * 1024
MAX_NAME: Final = 1024
MAX_TEXT: Final = 4096
_PIECE: Final = 64 * 1024

_MARKS: Final = {
    "failure",
    "error",
    "skipped",
    "flakyFailure",
    "flakyError",
    "rerunFailure",
    "rerunError",
}


class UnreadableReportError(Exception):
    """Not a JUnit report, or larger than any honest one; says nothing about the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One child of a test case that says something went other than well."""

    kind: str
    type: str = ""
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One `testcase` element; names and texts are cut at `MAX_NAME` and `MAX_TEXT` characters."""

    classname: str
    name: str
    file: str = ""
    seconds: float = 0.0
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All test cases in the order of the report; `suites` are the names of its suites."""

    cases: tuple[Case, ...]
    suites: tuple[str, ...] = ()


def read(content: bytes) -> Report:
    """Read a report; raises `UnreadableReportError`."""
    reader = _Reader()
    try:
        for start in range(0, len(content), _PIECE):
            reader.take(content[start : start + _PIECE])
        return reader.end()
    except expat.ExpatError as error:
        raise UnreadableReportError(f"not XML: {error}") from error
    except (LookupError, ValueError) as error:  # an encoding that is none, or that is not kept to
        raise UnreadableReportError(f"not readable: {error}") from error


@dataclass(slots=True)
class _OpenCase:
    attributes: dict[str, str]
    marks: list[Mark] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self._cases: list[Case] = []
        self._suites: list[str] = []
        self._elements = 0
        self._depth = 0
        self._taken = 0
        self._case: _OpenCase | None = None
        self._mark: dict[str, str] | None = None
        self._kind = ""
        self._text: list[str] = []
        self._text_size = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def take(self, piece: bytes) -> None:
        self._parser.Parse(piece, False)
        self._taken += len(piece)
        # A tag is held whole until its end has come, and its attributes become a dictionary.
        if self._taken - max(self._parser.CurrentByteIndex, 0) > MAX_TAG:
            raise UnreadableReportError(f"a tag of more than {MAX_TAG:,} bytes")

    def end(self) -> Report:
        self._parser.Parse(b"", True)
        return Report(cases=tuple(self._cases), suites=tuple(self._suites))

    def _refuse_doctype(self, *_: object) -> None:
        raise UnreadableReportError("a document type, which no report has")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS:
            raise UnreadableReportError(f"more than {MAX_ELEMENTS:,} elements")
        if self._depth > MAX_DEPTH:
            raise UnreadableReportError(f"elements more than {MAX_DEPTH} deep")
        if self._elements == 1 and tag not in {"testsuites", "testsuite"}:
            raise UnreadableReportError(f"the root is <{tag[:40]}>, not <testsuites>")
        if tag == "testsuite" and len(self._suites) < MAX_MARKS:
            self._suites.append(attributes.get("name", "")[:MAX_NAME])
        elif tag == "testcase":
            if len(self._cases) >= MAX_CASES:
                raise UnreadableReportError(f"more than {MAX_CASES:,} test cases")
            self._case = _OpenCase(attributes)
        elif self._case and tag in _MARKS:
            if len(self._case.marks) >= MAX_MARKS:
                raise UnreadableReportError(f"more than {MAX_MARKS} failures of one test case")
            self._mark, self._kind, self._text, self._text_size = attributes, tag, [], 0

    def _characters(self, text: str) -> None:
        if self._mark is not None and self._text_size < MAX_TEXT:
            self._text.append(text[: MAX_TEXT - self._text_size])
            self._text_size += len(text)

    def _finish(self, tag: str) -> None:
        self._depth -= 1
        if self._case and tag == "testcase":
            self._cases.append(_case(self._case))
            self._case = None
        elif self._case and self._mark is not None and tag == self._kind:
            self._case.marks.append(
                Mark(
                    kind=tag,
                    type=self._mark.get("type", "")[:MAX_NAME],
                    message=self._mark.get("message", "")[:MAX_TEXT],
                    text="".join(self._text),
                )
            )
            self._mark = None


def _case(opened: _OpenCase) -> Case:
    attributes = opened.attributes
    return Case(
        classname=attributes.get("classname", "")[:MAX_NAME],
        name=attributes.get("name", "")[:MAX_NAME],
        file=attributes.get("file", "")[:MAX_NAME],
        seconds=_seconds(attributes.get("time", "")),
        marks=tuple(opened.marks),
    )


def _seconds(text: str) -> float:
    """A duration; some runners write none, or one with separators for thousands."""
    try:
        seconds = float(text.replace(",", "")) if len(text) < 40 else 0.0
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < 1e9 else 0.0
