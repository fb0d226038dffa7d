from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from bot.scanner.kind import Kind
from bot.scanner.parameters import CONFIGURATION, DottedName, Glob, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What must not be imported any more."""

    __pydantic_config__ = CONFIGURATION

    modules: Annotated[
        tuple[DottedName, ...],
        Help("Dotted paths; whatever is or lies below one of them must not be imported."),
    ] = ()
    symbols: Annotated[
        tuple[DottedName, ...],
        Help("Dotted paths of names; only exactly these must not be imported."),
    ] = ()
    replacement: Annotated[
        DottedName | Mapping[DottedName, DottedName] | None,
        Help(
            "What to import instead: a dotted path that takes the place of the banned one, "
            "or a map from old to new."
        ),
    ] = None
    strings: Annotated[
        bool,
        Help(
            "Count string constants too that name a banned path as the target of "
            "importlib.import_module, __import__, patch or monkeypatch.setattr."
        ),
    ] = False
    allow: Annotated[
        tuple[Glob, ...], Help("Files that may go on importing it (gitignore-style globs).")
    ] = ()

    def __post_init__(self) -> None:
        if not self.modules and not self.symbols:
            raise ValueError("banned-import needs modules or symbols")


KIND = Kind(
    name="banned-import",
    summary="One violation for each imported name that is, or lies below, a banned dotted path.",
    parameters=Parameters,
)
