"""What the readers of coverage files make of files that mean harm, or are broken."""

import time

import pytest

from bot.suites.coverage_formats import CoverageUnreadableError, read_coverage

HEAD = b"<coverage><packages><package><classes>"
TAIL = b"</classes></package></packages></coverage>"
CLASS = b'<class filename="a.py"><lines>'
END = b"</lines></class>"


def cobertura(lines: bytes) -> bytes:
    return HEAD + CLASS + lines + END + TAIL


def test_the_document_type_that_cobertura_names_is_passed_over() -> None:
    doctype = b"<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>\n"
    report = read_coverage(doctype + cobertura(b'<line number="3" hits="2"/>'))
    assert report.files["a.py"].tolist() == [7]  # type: ignore[attr-defined]


def test_lcov_with_checksums_and_test_names_is_read() -> None:
    report = read_coverage(b"TN:unit\nSF:/w/a.py\nDA:1,4,abc=\nDA:2,0\nLF:2\nend_of_record\n")
    assert list(report.files["/w/a.py"]) == [3, 4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "neither"),
        (b"hello", "neither"),
        (b"SQLite format 3\0" + b"\0" * 100, "coverage xml"),
        (b"<html/>", "root element is 'html'"),
        (b"<coverage>", "no XML"),
        (b"<coverage>\xff</coverage>", "no XML"),
        (b'<?xml version="1.0" encoding="no-such"?><coverage/>', "unknown encoding"),
        (b'<!DOCTYPE coverage [<!ENTITY a "b">]><coverage>&a;</coverage>', "its own DTD"),
        (b'<!DOCTYPE c [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><coverage/>', "its own DTD"),
        (cobertura(b'<line number="0" hits="1"/>'), "no line 0"),
        (cobertura(b'<line number="-1" hits="1"/>'), "no line -1"),
        (cobertura(b'<line number="99999999999" hits="1"/>'), "no line"),
        (cobertura(b'<line number="one" hits="1"/>'), "not as Cobertura"),
        (cobertura(b'<line hits="1"/>'), "not as Cobertura"),
        (cobertura(b"<a>" * 100 + b"</a>" * 100), "nested"),
        (b"<coverage><sources>" + b"<source>a</source>" * 101, "sources"),
        (b"<coverage><sources><source>" + b"a" * 5000, "too long"),
        (cobertura(b'<class filename=""/>'), "name of 0"),
        (cobertura(b'<class filename="' + b"a" * 5000 + b'"/>'), "name of 5,000"),
        (b"{", "JSON"),
        (b'{"files": []}', "JSON"),
        (b'{"files": {"a.py": {"executed_lines": [1.5], "missing_lines": []}}}', "JSON"),
        (b'{"files": {"a.py": {"executed_lines": [-5], "missing_lines": []}}}', "no line -5"),
        (b'{"files": ' + b'{"a":' * 100_000, "JSON"),
        (b"SF:a.py\nDA:1\n", "not as LCOV"),
        (b"SF:a.py\nDA:x,1\n", "not as LCOV"),
        (b"SF:a.py\nDA:0,1\n", "no line 0"),
        (b"SF:\nDA:1,1\n", "name of 0"),
    ],
)
def test_what_is_no_honest_coverage_file_is_refused_with_the_reason(
    content: bytes, reason: str
) -> None:
    with pytest.raises(CoverageUnreadableError, match=reason):
        read_coverage(content)


def test_more_lines_than_any_repository_has_are_refused() -> None:
    content = b"SF:a.py\n" + b"DA:1,1\n" * 2_000_001
    with pytest.raises(CoverageUnreadableError, match="more than 2,000,000 lines"):
        read_coverage(content)


def test_more_files_than_any_repository_has_are_refused() -> None:
    content = b"TN:\n" + b"".join(b"SF:%d\n" % number for number in range(100_001))
    with pytest.raises(CoverageUnreadableError, match="more than 100,000 files"):
        read_coverage(content)


def test_a_tag_without_an_end_is_given_up_early() -> None:
    content = HEAD + b"<class " + b'a="b" ' * 5_000_000
    start = time.monotonic()
    with pytest.raises(CoverageUnreadableError, match="a tag of more than"):
        read_coverage(content)
    assert time.monotonic() - start < 2


def test_a_file_above_the_largest_size_is_not_looked_at() -> None:
    with pytest.raises(CoverageUnreadableError, match="larger than 64 MiB"):
        read_coverage(b"<" * (64 * 1024 * 1024 + 1))
