"""The top level of canon.yml: what holds for all migrations."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from bot.config.schema.types import Duration, Keys, MisfitError, Size, lies_inside
from bot.domain.configuration import Configuration, Limits
from bot.scanner.parameters import Glob

Later = Annotated[Any, WithJsonSchema({"type": "object"})]
"""An item that is read by itself, so that its problems do not depend on those around it."""


def _is_root(value: str) -> str:
    if not lies_inside(value):
        raise MisfitError("a folder of the repository, such as `.`, src or */src")
    return value


Root = Annotated[str, AfterValidator(_is_root)]

_DEFAULTS = Configuration(digest="", migrations=())


class LimitKeys(Keys):
    """Bounds on one scan."""

    model_config = ConfigDict(title="limits")

    file_size: Size = Field(
        default=_DEFAULTS.limits.file_size,
        description="Larger files are listed as skipped.",
        json_schema_extra={"default": "1MiB"},
    )
    files: Annotated[int, Field(ge=1)] = Field(
        default=_DEFAULTS.limits.files, description="A scan of more files is refused."
    )
    time: Duration = Field(
        default=_DEFAULTS.limits.time,
        description="A scan that takes longer ends.",
        json_schema_extra={"default": "5m"},
    )

    def value(self) -> Limits:
        """The limits, in bytes, files and seconds."""
        return Limits(file_size=self.file_size, files=self.files, time=self.time)


class DocumentKeys(Keys):
    """Canon's configuration: which migrations a repository goes through, and how they are gated."""

    model_config = ConfigDict(title="the top level")

    version: Literal[1] = Field(description="The version of this language: 1.")
    roots: Annotated[tuple[Root, ...], Field(min_length=1)] = Field(
        default=_DEFAULTS.roots,
        description=(
            "Import roots, as on sys.path (globs allowed). Default: the repository's root, and src "
            "where it exists. A file belongs to its longest root."
        ),
    )
    include: Annotated[tuple[Glob, ...], Field(min_length=1)] = Field(
        default=_DEFAULTS.include,
        description="Files that are scanned (gitignore-style globs). Default: all *.py and *.pyi.",
    )
    exclude: tuple[Glob, ...] = Field(
        default=(), description="Files that are not scanned (gitignore-style globs)."
    )
    limits: LimitKeys = Field(default=LimitKeys(), description="Bounds on one scan.")
    migrations: tuple[Later, ...] = Field(
        default=(), description="The migrations; each may have a file of its own in .github/canon."
    )

    def setting(self, key: str) -> Any:
        """The value of `roots`, `include`, `exclude` or `limits` in a `Configuration`."""
        return self.limits.value() if key == "limits" else getattr(self, key)
