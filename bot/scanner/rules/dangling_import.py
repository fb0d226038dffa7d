from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from bot.scanner.facts import Facts
from bot.scanner.kind import Example, Expected, Inquiry, Kind
from bot.scanner.matches import Encoded, Match
from bot.scanner.modules import File
from bot.scanner.parameters import CONFIGURATION, Help, ModuleGlob
from bot.scanner.probes import OutlineProbe, Probe, SymbolsProbe, WordsProbe
from bot.scanner.snapshot import Finding
from bot.scanner.symbols.concern import lies_in, parts

if TYPE_CHECKING:
    from bot.scanner.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Imports of what no longer exists."""

    __pydantic_config__ = CONFIGURATION

    modules: Annotated[
        tuple[ModuleGlob, ...],
        Help(
            "Modules whose importers are looked at, present or deleted: globs of dotted paths, "
            "such as shop.*.legacy. Without them all modules of the repository are, but for names "
            "under a namespace that other distributions share, and for modules that may be "
            "compiled."
        ),
    ] = ()


class DanglingImport(Inquiry):
    """Compares what files import from modules of the repository with what these have."""

    note = Encoded
    later = (OutlineProbe(), SymbolsProbe(), WordsProbe())

    def __init__(self, parameters: Parameters) -> None:
        self._modules = parameters.modules
        self._parts = parts(parameters.modules)
        self._usual = (OutlineProbe(self._parts),)
        self._inside = (OutlineProbe(),)
        self.probes = tuple(dict.fromkeys(self._usual + self._inside))

    def questions(self, path: str) -> Sequence[Probe]:
        """For its outline; that of a file which names none of the modules matters inside only."""
        return self._inside if lies_in(path, self._parts) else self._usual

    def take(self, file: File, facts: Facts, matches: Sequence[Match]) -> Encoded | None:
        """The outline of a file."""
        del file, facts
        return next((one for one in matches if isinstance(one, Encoded)), None)

    def inquire(
        self, notes: Mapping[str, Encoded], ground: "Ground"
    ) -> Iterator[tuple[str, Finding]]:
        """A finding for each imported name that is not there."""
        from bot.scanner.symbols.dangling import Dangling

        dangling = Dangling(self._modules, notes, ground)
        for path, ask, module, missing in dangling.found():
            symbol = module if ask.name is None else f"{module}.{ask.name}"
            message = (
                f"there is no module {missing}"
                if missing
                else f"{module} neither defines nor imports {ask.name}"
            )
            yield path, Finding(ask.line, ask.column, symbol, message, ask.context)


_ANY = Parameters()

KIND = Kind(
    name="dangling-import",
    summary=(
        "One violation for each import of a module of the repository that does not exist, or of a "
        "name that its module neither defines nor imports."
    ),
    parameters=Parameters,
    prepare=DanglingImport,
    scope="repository",
    examples=(
        Example(
            title="The module is gone, and a name of another",
            parameters=_ANY,
            files={
                "shop/__init__.py": "",
                "shop/carts.py": "class Cart: ...\n",
                "app.py": "from shop import carts, legacy\nimport shop.legacy.deep\n",
                "views.py": "def view():\n    from shop.carts import Cart, Item\n",
            },
            finds=(
                Expected(path="app.py", line=1, column=25, symbol="shop.legacy"),
                Expected(path="app.py", line=2, column=8, symbol="shop.legacy.deep"),
                Expected(path="views.py", line=2, column=34, symbol="shop.carts.Item"),
            ),
        ),
        Example(
            title="A module at the top, and a namespace, are judged where they are named",
            parameters=Parameters(modules=("old_shop", "plugins.**")),
            files={
                "app.py": "import old_shop\nimport new_shop\nfrom plugins import gone\n",
                "plugins/tax.py": "",
            },
            finds=(
                Expected(path="app.py", line=1, column=8, symbol="old_shop"),
                Expected(path="app.py", line=3, column=21, symbol="plugins.gone"),
            ),
        ),
        Example(
            title="What is there, is foreseen, or cannot be told",
            parameters=_ANY,
            files={
                "shop/__init__.py": "from .models import *\n",
                "shop/models.py": "if FAST:\n    from fast import Cart\n",
                "shop/lazy.py": "def __getattr__(name): ...\n",
                "shop/speed.pyx": "",
                "namespace/one.py": "",
                "app.py": (
                    "from shop import Cart, models\n"
                    "from shop.lazy import whatever\n"
                    "from shop.speed import fast\n"
                    "from namespace import two\n"
                    "import elsewhere\n"
                    "try:\n"
                    "    from shop.legacy import Cart\n"
                    "except ImportError:\n"
                    "    pass\n"
                ),
            },
        ),
    ),
)
