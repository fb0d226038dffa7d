from dataclasses import dataclass
from typing import Annotated

from bot.scanner.kind import Kind
from bot.scanner.parameters import CONFIGURATION, DottedName, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Ways of doing the same thing that must not be mixed in one file."""

    __pydantic_config__ = CONFIGURATION

    modules: Annotated[
        tuple[DottedName, ...],
        Help("Two or more dotted paths, of which one file may import from one only."),
    ]

    def __post_init__(self) -> None:
        if len(set(self.modules)) < 2:
            raise ValueError("dual-import needs two or more different modules")


KIND = Kind(
    name="dual-import",
    summary="One violation for each file that imports from two or more of the modules.",
    parameters=Parameters,
)
