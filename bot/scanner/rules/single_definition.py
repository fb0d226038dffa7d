from dataclasses import dataclass, field
from typing import Annotated

from bot.scanner.kind import Kind
from bot.scanner.parameters import CONFIGURATION, Canonical, Help, RegularExpression


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A class or function that may be defined in one place only."""

    __pydantic_config__ = CONFIGURATION

    class_: Annotated[
        RegularExpression | None, Help("RE2 for the whole name of the classes that are meant.")
    ] = field(default=None, metadata={"alias": "class"})
    function: Annotated[
        RegularExpression | None,
        Help("RE2 for the whole name of the functions that are meant; methods are none."),
    ] = None
    canonical: Annotated[Canonical, Help("Where the one definition lives: a path, or module:Name.")]
    nested: Annotated[bool, Help("Count definitions inside functions and classes too.")] = True

    def __post_init__(self) -> None:
        if (self.class_ is None) == (self.function is None):
            raise ValueError("single-definition needs either class or function")


KIND = Kind(
    name="single-definition",
    summary="One violation for each definition of a matching name outside its canonical place.",
    parameters=Parameters,
)
