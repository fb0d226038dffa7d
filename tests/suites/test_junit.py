import tracemalloc
from contextlib import suppress
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suites import junit
from bot.suites.junit import Case, Mark, UnreadableReportError, read


def test_cases_are_read_in_order_with_what_went_wrong() -> None:
    report = read(
        b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="one"><properties><property name="a" value="b"/></properties>
<testcase classname="a.B" name="x" file="a.py" time="1.5"/>
<testcase classname="a.B" name="y">
  <properties/><failure type="T" message="m">text &lt;here&gt;</failure>
  <system-out>out</system-out><error/></testcase></testsuite>
<testsuite name="two"><testsuite name="three"><testcase name="z"><skipped/></testcase></testsuite>
</testsuite></testsuites>"""
    )
    assert report.suites == ("one", "two", "three")
    assert report.cases == (
        Case(classname="a.B", name="x", file="a.py", seconds=1.5),
        Case(
            classname="a.B",
            name="y",
            marks=(
                Mark(kind="failure", type="T", message="m", text="text <here>"),
                Mark(kind="error"),
            ),
        ),
        Case(classname="", name="z", marks=(Mark(kind="skipped"),)),
    )


texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    ),
    max_size=20,
)


@given(
    st.lists(st.tuples(texts, texts, st.none() | texts), max_size=20),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_was_written_is_read(cases: list[tuple[str, str, str | None]], encoding: str) -> None:
    elements = [
        f"<testcase classname={quoteattr(classname)} name={quoteattr(name)}>"
        + ("" if text is None else f"<failure>{escape(text)}</failure>")
        + "</testcase>"
        for classname, name, text in cases
    ]
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?><testsuite>{"".join(elements)}</testsuite>'
    )
    report = read(document.encode(encoding))
    assert [
        (case.classname, case.name, case.marks[0].text if case.marks else None)
        for case in report.cases
    ] == cases


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(UnreadableReportError):
        read(content)


@given(st.data())
def test_a_damaged_report_is_read_or_refused(data: st.DataObject) -> None:
    whole = (
        b'<testsuite name="s"><testcase classname="a" name="b"><failure/></testcase></testsuite>'
    )
    place = data.draw(st.integers(0, len(whole)))
    damage = data.draw(st.binary(max_size=5))
    damaged = whole[:place] + damage + whole[place + data.draw(st.integers(0, 5)) :]
    with suppress(UnreadableReportError):
        read(damaged)


HOSTILE = {
    "nothing": (b"", "not XML"),
    "no XML": (b"\x00\x01", "not XML"),
    "cut off": (b"<testsuite><testcase name='x'/>", "not XML"),
    "HTML": (b"<html></html>", "the root is <html>"),
    "entities": (
        b'<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><testsuite>&b;</testsuite>',
        "document type",
    ),
    "a file": (
        b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite>&x;</testsuite>',
        "document type",
    ),
    "an outer document type": (
        b'<!DOCTYPE t SYSTEM "http://192.0.2.1/t.dtd"><testsuite/>',
        "document type",
    ),
    "an encoding that is none": (b'<?xml version="1.0" encoding="nope"?><testsuite/>', "not"),
    "depth": (b"<testsuite>" * 100, "deep"),
    "elements": (b"<testsuite>" + b"<a/>" * 600_000, "elements"),
    "cases": (b"<testsuite>" + b"<testcase/>" * 60_000, "test cases"),
    "failures": (b"<testsuite><testcase>" + b"<error/>" * 100, "failures"),
    "attributes": (
        b"<testsuite " + b" ".join(b"a%d=''" % n for n in range(300_000)) + b"/>",
        "a tag of more than",
    ),
    "a name without end": (b"<testsuite><testcase name='" + b"x" * 4_000_000, "a tag of more than"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_report_that_no_runner_writes_is_refused(name: str) -> None:
    content, reason = HOSTILE[name]
    with pytest.raises(UnreadableReportError, match=reason):
        read(content)


@pytest.mark.parametrize("name", ["elements", "cases", "attributes", "a name without end", "texts"])
def test_a_hostile_report_takes_little_memory(name: str) -> None:
    texts = b"<testsuite><testcase name='x'><failure>" + b"x" * 8_000_000
    content = texts if name == "texts" else HOSTILE[name][0]
    tracemalloc.start()
    with pytest.raises(UnreadableReportError):
        read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_long_names_and_texts_are_cut() -> None:
    long = b"x" * 100_000
    document = (
        b"<testsuite><testcase name='%b'><failure message='%b'>%b</failure></testcase></testsuite>"
    )
    case = read(document % (long, long, long)).cases[0]
    assert len(case.name) == junit.MAX_NAME
    assert (len(case.marks[0].message), len(case.marks[0].text)) == (junit.MAX_TEXT, junit.MAX_TEXT)


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e300", "x", "9" * 100, "0x10", ""])
def test_a_time_that_is_none_counts_as_nothing(text: str) -> None:
    assert (
        read(f"<testsuite><testcase name='x' time='{text}'/></testsuite>".encode()).cases[0].seconds
        == 0
    )
