from dataclasses import dataclass
from typing import Annotated

from bot.scanner.kind import Kind
from bot.scanner.parameters import CONFIGURATION, Globs, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Files of which only the named ones may stay."""

    __pydantic_config__ = CONFIGURATION

    files: Annotated[Globs, Help("Which files are meant (gitignore-style globs).")]
    keep: Annotated[
        tuple[str, ...], Help("Paths of the files that stay, from the repository's root.")
    ] = ()

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("single-file needs files")


KIND = Kind(
    name="single-file",
    summary="One violation for each file that matches, other than the ones to keep.",
    parameters=Parameters,
)
