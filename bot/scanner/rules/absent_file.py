from dataclasses import dataclass
from typing import Annotated

from bot.scanner.kind import Kind
from bot.scanner.parameters import CONFIGURATION, Globs, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Files that must be gone."""

    __pydantic_config__ = CONFIGURATION

    files: Annotated[Globs, Help("Which files must not exist (gitignore-style globs).")]

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("absent-file needs files")


KIND = Kind(
    name="absent-file",
    summary="One violation for each file that exists; its number of lines is in the details.",
    parameters=Parameters,
)
