from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.scanner.kinds import kind


@pytest.mark.parametrize(
    ("name", "written", "place", "text"),
    [
        ("banned-import", {}, (), "needs modules or symbols"),
        ("banned-import", {"modules": ["a-b"]}, ("modules", 0), "expected a dotted path"),
        ("banned-import", {"modules": ["a"], "allow": ["[x"]}, ("allow", 0), "without a ]"),
        ("banned-import", {"modules": ["a"], "module": ["b"]}, ("module",), "Unexpected"),
        ("dual-import", {"modules": ["a"]}, (), "two or more"),
        ("dual-import", {"modules": ["a", "a"]}, (), "two or more"),
        ("single-file", {"files": []}, (), "needs files"),
        ("absent-file", {"files": []}, (), "needs files"),
        ("single-definition", {"canonical": "a.py"}, (), "either class or function"),
        (
            "single-definition",
            {"canonical": "a.py", "class": "A", "function": "b"},
            (),
            "either class or function",
        ),
        ("single-definition", {"canonical": "a.py", "class": "("}, ("class",), "RE2: missing )"),
        ("single-definition", {"canonical": "a:b c", "class": "A"}, ("canonical",), "module:Name"),
    ],
)
def test_a_slip_is_reported_at_its_place(
    name: str, written: dict[str, Any], place: tuple[str | int, ...], text: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind(name).parameters).validate_python(written)
    (error,) = caught.value.errors()
    assert error["loc"] == place
    assert text in error["msg"]


def test_one_glob_may_stand_without_a_list() -> None:
    adapter = TypeAdapter(kind("absent-file").parameters)
    assert adapter.validate_python({"files": "a.py"}) == adapter.validate_python(
        {"files": ["a.py"]}
    )
