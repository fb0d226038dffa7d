"""What a rule kind's `Parameters` class is made of; loader, JSON Schema and reference read it.

A `Parameters` class is a frozen, slotted, keyword-only stdlib dataclass. Its fields carry `Help`
and, where the type says too little, a `Check`. A field whose name is a Python keyword is written
with a trailing underscore and `field(metadata={"alias": "class"})`, which pydantic reads by itself.
Nothing here imports pydantic: a run that needs no loader does not pay for it.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

# A `Parameters` class's __pydantic_config__; pydantic takes nothing but a dict for one.
CONFIGURATION = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Help:
    """The description of a parameter, in the JSON Schema and in the reference."""

    text: str

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Add the text to the field's JSON Schema."""
        return {**handler(schema), "description": self.text}


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on one value: `test` returns, or raises ValueError with what the user reads."""

    test: Callable[[Any], None]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Run the test after the value has its type."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._passed, handler(source))

    def _passed(self, value: Any) -> Any:
        self.test(value)
        return value


@dataclass(frozen=True, slots=True)
class CheckBeside:
    """A `Check` whose `test` is also given the values of the fields before, those that are fine."""

    test: Callable[[Any, Mapping[str, Any]], None]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Run the test after the value has its type."""
        from pydantic_core import core_schema

        return core_schema.with_info_after_validator_function(self._passed, handler(source))

    def _passed(self, value: Any, info: Any) -> Any:
        self.test(value, info.data)
        return value


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """Accepts a single value where a list of them is asked for."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Turn a single string into a list of one."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_as_tuple, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Say that both forms are fine."""
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _as_tuple(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    # What comes out of a validator is held to be Python, not JSON: a strict tuple takes no list.
    return tuple(value) if isinstance(value, list) else value


def _is_dotted_name(value: str) -> None:
    if not all(part.isidentifier() for part in value.split(".")):
        raise ValueError("expected a dotted path such as package.module.Name")


def _is_text(value: str) -> None:
    if not value.strip():
        raise ValueError("expected some text")


def _is_argument(value: int | str) -> None:
    if isinstance(value, bool) or (isinstance(value, int) and value < 0):
        raise ValueError("expected a position, from 0, or a keyword")
    if isinstance(value, str) and not value.isidentifier():
        raise ValueError("expected a position, from 0, or a keyword")


_LONGEST_PATTERN = 1000


def _is_pattern(value: str) -> None:
    from bot.scanner.globs import Globs

    if not value.strip() or value.startswith("#") or len(value) > _LONGEST_PATTERN:
        raise ValueError("expected a glob such as package/**/*.py")
    Globs([value])


_MODULE_PATTERN = re.compile(r"(?:[\w*?]+|\[[^\].]+\])+(?:\.(?:[\w*?]+|\[[^\].]+\])+)*")


_CLASS_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


def _is_class_path(value: str) -> None:
    if not _CLASS_PATH.fullmatch(value):
        raise ValueError("expected module:Class such as shop.stores:CartStore")


def _is_module_pattern(value: str) -> None:
    if len(value) > _LONGEST_PATTERN or not _MODULE_PATTERN.fullmatch(value):
        raise ValueError("expected a glob of dotted paths such as package.**.legacy_*")


_LONGEST_EXPRESSION = 1000
_LARGEST_PROGRAM = 512 << 10  # bytes of a compiled expression: (x{100}){100} takes long everywhere


def _is_regular_expression(value: str) -> None:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _LARGEST_PROGRAM
    if not value or len(value) > _LONGEST_EXPRESSION:
        raise ValueError(f"expected an expression of up to {_LONGEST_EXPRESSION} characters")
    try:
        re2.compile(value, options)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(f"not a regular expression of RE2: {text}") from None


_CANONICAL = re.compile(r"[^:]+(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")


def _is_canonical(value: str) -> None:
    if not _CANONICAL.fullmatch(value):
        raise ValueError("expected a path, or module:Name")


DottedName = Annotated[str, Check(_is_dotted_name)]


def _is_path(value: str) -> None:
    parts = value.removeprefix("./").split("/")
    if not value.strip() or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("expected the path of a file, from the root of the repository")


def _is_group(value: int | str) -> None:
    if isinstance(value, bool) or (isinstance(value, int) and value < 0):
        raise ValueError("expected the number or the name of a group")


Group = Annotated[int | str, Check(_is_group)]
FilePath = Annotated[str, Check(_is_path)]
Text = Annotated[str, Check(_is_text)]
Argument = Annotated[int | str, Check(_is_argument)]
Glob = Annotated[str, Check(_is_pattern)]
ClassPath = Annotated[str, Check(_is_class_path)]
ModuleGlob = Annotated[str, Check(_is_module_pattern)]
Globs = Annotated[tuple[Glob, ...], OneOrMany()]
RegularExpression = Annotated[str, Check(_is_regular_expression)]
Canonical = Annotated[str, Check(_is_canonical)]


def written_name(field: dataclasses.Field[Any]) -> str:
    """The name of a parameter as it stands in canon.yml."""
    return str(field.metadata.get("alias", field.name))


def as_written(parameters: Any) -> Mapping[str, Any]:
    """A `Parameters` instance as the keys and values of canon.yml, without what is the default."""
    written = {}
    for field in dataclasses.fields(parameters):
        value = getattr(parameters, field.name)
        if value != field.default:
            plain = isinstance(value, str) or not isinstance(value, Sequence)
            written[written_name(field)] = value if plain else list(value)
    return written
