import pytest
from jinja2 import UndefinedError

from bot.reports.markdown import Markdown, code
from bot.reports.rendering import environment, fitted


def filled(source: str, **values: object) -> str:
    return environment().from_string(source).render(**values)


def test_a_value_that_no_filter_was_asked_for_is_escaped() -> None:
    assert filled("{{ value }}", value="<b>*x*") == "&#60;b&#62;\\*x\\*"


def test_what_is_marked_as_markdown_is_written_as_it_is() -> None:
    assert filled("{{ value }}", value=Markdown("**x**")) == "**x**"


def test_joining_in_a_template_escapes_again() -> None:
    assert "<b>" not in filled("{{ safe ~ value }}", safe=code("a"), value="<b>")


def test_a_name_that_the_view_does_not_have_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        filled("{{ missing }}")


@pytest.mark.parametrize("value", [None, True, 1.5, ["x"], object()])
def test_a_value_without_words_is_an_error(value: object) -> None:
    with pytest.raises(TypeError):
        filled("{{ value }}", value=value)


@pytest.mark.parametrize("name", ["safe", "join", "format", "replace", "string"])
def test_filters_that_could_undo_the_escaping_are_not_there(name: str) -> None:
    assert name not in environment().filters


def test_the_most_generous_budget_that_fits_is_taken() -> None:
    assert fitted((100, 10, 1), 20, lambda size: "é" * size) == "é" * 10


def test_a_report_that_never_fits_is_an_error() -> None:
    with pytest.raises(ValueError, match="budget"):
        fitted((2, 1), 1, lambda size: "é" * size)
