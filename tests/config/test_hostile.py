"""Whatever the bytes: a configuration, or problems at places that exist. Never anything else."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import MAIN_FILE, load
from bot.config.document import Budget, read
from bot.config.loader import MAX_BYTES
from bot.config.problems import Problems
from bot.domain.configuration import Configuration
from bot.domain.errors import ConfigurationInvalidError, ConfigurationProblem
from tests.support.configs import SAMPLES, mistakes

COMPLETE = (SAMPLES / "complete.yml").read_text()
BROKEN = (SAMPLES / "broken.yml").read_text()
LINE_ENDS = re.compile(r"\r\n|\r|\n")
FRAGMENTS = [
    *(
        "- ",
        "? ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "!!int ",
        "!x ",
        "<<: ",
    ),
    *(
        '"',
        "'",
        "#",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "\t",
        "\r",
        "\ufeff",
        "\x85",
        "\u2028",
        "\\x",
    ),
    *("~", "yes", "1e999", ".nan", "0x", "-1", "9" * 30, "2026-13-99", "150%", "é", "\U0001f600"),
    *("version: 1\n", "issue: ", "kind: ", "rules:\n", "measure: ", "targets: ", '"\\ud800"'),
]

DEFINITION = "{id: a, kind: single-definition, canonical: a.py, class: "

unhurried = settings(deadline=None)  # a busy machine is no reason to fail


def problems_of(raw: bytes) -> Sequence[ConfigurationProblem]:
    try:
        whole(raw, load({MAIN_FILE: raw}))
    except ConfigurationInvalidError as error:
        return error.problems or pytest.fail("invalid, and nobody knows why")
    return ()


def whole(raw: bytes, configuration: Configuration) -> None:
    """Nothing that was written is left out of what was loaded."""
    tree = read(MAIN_FILE, raw, Budget(), Problems())
    assert tree
    written = tree.plain()["migrations"]
    assert [len(each.get("rules", ())) for each in written] == [
        len(each.rules) for each in configuration.migrations
    ]


def hold(raw: bytes) -> None:
    """Every problem has a place in the file, and text that fits on one line."""
    lines = LINE_ENDS.split(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    for problem in problems_of(raw):
        assert problem.path == MAIN_FILE
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert str(problem).isprintable()
        assert len(str(problem)) < 1000


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    hold(raw)


@unhurried
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    hold(text.encode("utf-8", "surrogatepass"))


@unhurried
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.sampled_from(["a", " ", "\n", "  "]))))
def test_any_mixture_of_what_yaml_is_made_of(parts: Sequence[str]) -> None:
    hold("".join(parts).encode("utf-8", "surrogatepass"))


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A real configuration, with some of it overwritten, removed, repeated or moved."""
    text = draw(st.sampled_from([COMPLETE, BROKEN, *(mistake.text for mistake in mistakes())]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 40))
        other = draw(st.integers(0, len(text)))
        new = draw(
            st.one_of(
                st.just(""),
                st.sampled_from(FRAGMENTS),
                st.just(text[other : other + 30]),
                st.text(max_size=3),
            )
        )
        text = text[:start] + new + text[end:]
    return text.encode("utf-8", "surrogatepass")


@unhurried
@given(mutations())
def test_any_mutation_of_a_real_configuration(raw: bytes) -> None:
    hold(raw)


@unhurried
@given(st.data())
def test_any_value_in_any_place(data: st.DataObject) -> None:
    lines = COMPLETE.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key, colon, _ = lines[number].partition(": ")
    value = data.draw(st.sampled_from(["", "5", "-1", "[]", "{}", "[[]]", "{a: b}", "text", "1.5"]))
    lines[number] = f"{key}{colon}{value}"
    hold("\n".join(lines).encode())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 100_000,
        "a: &a [" + "*a, " * 100_000,
        "version: 1\nmigrations: [" + "{}, " * 18_000 + "]",
        "version: 1\nmigrations: [{rules: [" + "{kind: absent-file}, " * 6_000 + "]}]",
        "version: 1\nmigrations: [{rules: [" + "{id: a, k: 1}, " * 3_500 + "]}]",
        "version: 1\n" + "".join(f"key{n}: 1\n" for n in range(9_000)),
        "version: 1\nmigrations: [{issue: 1, title: T, phase: done, success: ["
        + "".join(f"{{name: n{n}, measure: probe.p{n}.up, target: 1}}, " for n in range(1500))
        + "], probes: ["
        + "".join(f"{{name: q{n}}}, " for n in range(1500))
        + "]}]",
        "a: '" + "x" * MAX_BYTES,
        "a: " + "\\" * (MAX_BYTES - 3),
        "# " + "x" * (MAX_BYTES - 2),
        "\n" * MAX_BYTES,
        "a\n" * (MAX_BYTES // 2),
        'a: "' + "\n" * (MAX_BYTES - 5) + '"',
        "a: |\n" + " x\n" * (MAX_BYTES // 3 - 2),
        "a: " + "9" * (MAX_BYTES - 3),
        "a: " + "b: " * (MAX_BYTES // 3 - 1),
        "!" + "a" * (MAX_BYTES - 1),
        "&" + "a" * (MAX_BYTES - 1),
        "version: 1\nroots: ['" + "*" * 100_000 + "']\nexclude: ['" + "*a" * 50_000 + "']",
        f"version: 1\nmigrations: [{{rules: [{DEFINITION}'(a{{1000}}){{1000}}'}}]}}]",
        f"version: 1\nmigrations: [{{rules: [{DEFINITION}{'(' * 5000}}}]}}]",
    ],
    ids=lambda text: f"{text[:30]!r}",
)
def test_hostile_files_are_answered_in_seconds(text: str) -> None:
    began = time.perf_counter()
    problems_of(text.encode())
    assert time.perf_counter() - began < 10
