"""What the names of a repository's modules stand for; nothing is imported.

Modules are read when they are asked for: what is not known yet is noted, and fetched in one go (see
`settled`). Names are resolved as when a module has run from its top to its end, and modules import
each other in no circle. What may happen or not is taken to happen and not to happen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

import msgspec

from bot.scanner.facts import STAR
from bot.scanner.ground import Ground
from bot.scanner.matches import Encoded, Match
from bot.scanner.modules import absolute
from bot.scanner.probes import SymbolsProbe
from bot.scanner.symbols.builds import Builds
from bot.scanner.symbols.facts import (
    Alias,
    Binding,
    Class,
    Declared,
    Deleted,
    Function,
    Imported,
    Made,
    Symbols,
)
from bot.scanner.symbols.layout import SOURCE, STUB, Layout

PROBE: Final = SymbolsProbe()
_LONGEST_CHAIN: Final = 60
_DEEPEST: Final = 200
_IMPLICIT: Final = {
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__class__",
    "__dict__",
    "__doc__",
    "__file__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
}
_UNREAD: Final = Symbols(problem="it is not read yet")
_decode: Final = msgspec.msgpack.Decoder(Symbols).decode

_Result = TypeVar("_Result")


class Origin(NamedTuple):
    """What a name stands for in the end.

    `kind` is "class", "function", "value" or "made" (by a call), each bound as `name` in the
    `module` at `path`; "module"; "outside" for a dotted path (in `module`) that leads out of the
    repository; or "unknown", with the reason as `name`. `hops` are the modules that were passed.
    """

    kind: str
    module: str
    path: str = ""
    name: str = ""
    binding: Binding | None = None
    hops: tuple[str, ...] = ()


class _Placed(NamedTuple):
    """A binding, and when it is executed."""

    order: float
    binding: Binding


def decoded(note: Encoded) -> Symbols:
    """The symbols that a note holds."""
    return _decode(note.data)


class Table:
    """The symbols of one tree, as far as somebody asked."""

    def __init__(self, ground: Ground) -> None:
        self.layout = Layout(ground.roots, ground.paths)
        self.builds = Builds(ground)
        self._ground = ground
        self._symbols: dict[str, Symbols] = {}
        self._lacking: set[str] = set()
        self._indexes: dict[str, dict[str, list[_Placed]]] = {}
        self._provided: dict[tuple[str, str], bool | None] = {}
        self._resolved: dict[tuple[str, str, float], tuple[Origin, ...]] = {}
        self._depth = 0

    def settled(self, compute: Callable[[], _Result]) -> _Result:
        """What a computation comes to when all that it asks for is known."""
        while True:
            result = compute()
            if not self._lacking:
                return result
            self._fetch()

    def read(self, paths: Sequence[str], probe: SymbolsProbe) -> Sequence[str]:
        """Make known what modules hold; returns those of which the probe says it."""
        return self._take(self._ground.look(probe, paths))

    def _take(self, looked: Mapping[str, tuple[Sequence[Match], bool]]) -> Sequence[str]:
        found = []
        for path, (matches, _) in looked.items():
            for one in matches:
                assert isinstance(one, Encoded)
                self.add(path, decoded(one))
                found.append(path)
        return found

    def _fetch(self) -> None:
        wanted = sorted(self._lacking)
        looked = self._ground.look(PROBE, wanted)
        self._take(looked)
        for path in wanted:
            _, read = looked.get(path, ((), True))
            problem = "it could not be read" if not read else "it is no text that Python reads"
            self._symbols.setdefault(path, Symbols(problem=problem))
        self._lacking.clear()
        self._provided.clear()
        self._resolved.clear()

    def add(self, path: str, symbols: Symbols) -> None:
        """Make known what a module holds."""
        self._symbols[path] = symbols

    def symbols(self, path: str) -> Symbols:
        """What the module at a path holds; it has a problem until that is fetched."""
        found = self._symbols.get(path)
        if found is None:
            self._lacking.add(path)
            return _UNREAD
        return found

    def absolute(self, path: str, module: str) -> str | None:
        """The module that one in an import statement of the module at `path` is."""
        return absolute(self.layout.file(path).package, module)

    def sources(self, module: str) -> Sequence[str]:
        """The files that say what a module holds when it runs; its stubs if there are no others."""
        files = self.layout.files(module)
        return [path for path in files if path.endswith(SOURCE)] or files

    # Whether a name is there at all

    def has(self, module: str, name: str) -> bool | None:
        """Whether a module of the repository has a name; None if only running it tells.

        What it imports counts as there, as do its submodules.
        """
        if self.layout.exists(f"{module}.{name}") or name in _IMPLICIT:
            return True
        answers = [self.binds(path, name) for path in self.sources(module)]
        return _either([*answers, None if self._spread(module) else False])

    def _spread(self, module: str) -> bool:
        """Whether a package may have submodules elsewhere."""
        return any(self.symbols(path).splits for path in self.sources(module))

    def binds(self, path: str, name: str) -> bool | None:
        """Whether a module binds a name itself; None if only running it tells."""
        key = (path, name)
        if key not in self._provided:
            self._provided[key] = False  # until it is known: modules import each other in circles
            self._provided[key] = self._binds(path, name)
        return self._provided[key]

    def _binds(self, path: str, name: str) -> bool | None:
        symbols = self.symbols(path)
        if symbols.problem:
            return None
        bound: bool | None = False
        for _, one in self._of(path, name):
            if isinstance(one.what, Deleted):
                bound = bound if one.conditional else False
            elif one.name == STAR:
                provided = self._star_provides(path, one, name)
                if provided is not False:
                    bound = True if provided else bound or None
            else:
                bound = True
        return None if not bound and symbols.opened else bound

    def _star_provides(self, path: str, star: Binding, name: str) -> bool | None:
        """Whether a star import of the module at `path` binds a name."""
        assert isinstance(star.what, Imported)
        module = self.absolute(path, star.what.module)
        if module is None or not self.layout.exists(module):
            return None if not name.startswith("_") else False
        if self.layout.has_other_form(module) and not self.layout.files(module):
            return None
        return _either([self._exports(source, name) for source in self.sources(module)])

    def _exports(self, path: str, name: str) -> bool | None:
        """Whether a star import from the module at `path` gives a name."""
        symbols = self.symbols(path)
        if symbols.problem:
            return None
        if symbols.exports is None:
            if name.startswith("_"):
                return False
            loaded = self.layout.exists(f"{self.layout.file(path).module}.{name}")
            bound = self.binds(path, name)
            return None if loaded and not bound else bound
        answers: list[bool | None] = [name in symbols.exports, None if symbols.vague else False]
        for written in symbols.exports_of if not answers[0] else ():
            for one in self._dotted(path, written, float("inf")):
                sources = self.sources(one.module) if one.kind == "module" else ()
                answers.extend([self._exports(each, name) for each in sources] or [None])
        return _either(answers)

    def exported(self, path: str) -> Iterator[str]:
        """The names that are written in `__all__`, or else the public ones that are bound."""
        symbols = self.symbols(path)
        if symbols.exports is not None:
            yield from symbols.exports
            return
        for name in sorted(self._candidates(path, set())):
            if not name.startswith("_") and self.binds(path, name):
                yield name

    def _candidates(self, path: str, seen: set[str]) -> set[str]:
        """The names that a module may bind."""
        seen.add(path)
        index = self._index(path)
        found = index.keys() - {STAR}
        for _, star in index.get(STAR, ()):
            assert isinstance(star.what, Imported)
            module = self.absolute(path, star.what.module)
            for source in self.sources(module) if module is not None else ():
                listed = self.symbols(source).exports or ()
                found |= set(listed)
                if source not in seen and not listed:
                    found |= self._candidates(source, seen)
        return found

    # What a name stands for

    def resolve(self, module: str, name: str) -> tuple[Origin, ...]:
        """What a dotted name of a module may stand for; empty if there is no such name."""
        first, _, rest = name.partition(".")
        found = self._attribute(module, first)
        return self._below(found, rest) if rest else found

    def name_at(self, path: str, dotted: str, order: float) -> tuple[Origin, ...]:
        """What a dotted name stands for in the module at `path`, before a certain binding."""
        return self._dotted(path, dotted, order)

    def _attribute(self, module: str, name: str) -> tuple[Origin, ...]:
        """What an attribute of a module may be."""
        if not self.layout.exists(module):
            return (self._missing(module, name),)
        found: list[Origin] = []
        for path in self.sources(module):
            found.extend(self._named(path, name, float("inf")))
        if not found and self.layout.exists(f"{module}.{name}"):
            found.append(Origin("module", f"{module}.{name}"))
        return tuple(dict.fromkeys(found))

    def _missing(self, module: str, name: str) -> Origin:
        """What a name of a module stands for that has no file here."""
        holder = module.rpartition(".")[0]
        if holder and self.layout.exists(holder) and not self.layout.is_shared(holder):
            return Origin("unknown", module, name=f"there is no module {module}")
        return Origin("outside", f"{module}.{name}")

    def _named(self, path: str, name: str, before: float) -> tuple[Origin, ...]:
        """What a name stands for in the module at `path`, before a certain binding."""
        key = (path, name, before)
        if key not in self._resolved:
            if self._depth > _DEEPEST:
                return (Origin("unknown", "", path, "it is followed too far"),)
            self._resolved[key] = ()  # until it is known: modules import each other in circles
            self._depth += 1
            self._resolved[key] = tuple(dict.fromkeys(self._meanings(path, name, before)))
            self._depth -= 1
        return self._resolved[key]

    def _meanings(self, path: str, name: str, before: float) -> Iterator[Origin]:
        symbols = self.symbols(path)
        module = self.layout.file(path).module or ""
        if symbols.problem:
            yield Origin("unknown", module, path, f"{path}: {symbols.problem}")
            return
        live = self._live(path, name, before)
        for placed in live:
            yield from self._meaning(path, module, name, placed)
        if not live and symbols.opened:
            yield Origin("unknown", module, path, f"{path}: {symbols.opened}")

    def _live(self, path: str, name: str, before: float) -> list[_Placed]:
        """The bindings that a name may have at some time, in order."""
        live: list[_Placed] = []
        for placed in self._of(path, name):
            one = placed.binding
            if placed.order >= before:
                break
            certain = not one.conditional
            if one.name == STAR:
                provided = self._star_provides(path, one, name)
                if provided is False:
                    continue
                certain = certain and provided is True
            if certain:
                live = []
            if not isinstance(one.what, Deleted):
                live.append(placed)
        return live

    def _meaning(self, path: str, module: str, name: str, placed: _Placed) -> Iterator[Origin]:
        one = placed.binding
        match one.what:
            case Imported(module=written, name=imported):
                target = self.absolute(path, written)
                if target is None:
                    yield Origin("unknown", module, path, f"{written} leads out of its root")
                    return
                wanted = name if imported == STAR else imported
                if wanted is None:
                    yield from self._module(target, itself=bool(one.what.loads))
                    return
                found = self._imported(path, target, wanted, placed.order)
                yield from (_passed(each, module) for each in found)
            case Alias(path=written):
                yield from self._dotted(path, written, placed.order)
            case Class():
                yield Origin("class", module, path, one.name, one)
            case Function():
                yield Origin("function", module, path, one.name, one)
            case Made():
                yield Origin("made", module, path, one.name, one)
            case _:
                yield Origin("value", module, path, one.name, one)

    def _imported(self, path: str, target: str, name: str, order: float) -> tuple[Origin, ...]:
        """What `from target import name` gives in the module at `path`."""
        if path in self.layout.files(target):  # a package that imports from itself while it runs
            found = self._named(path, name, order)
            submodule = f"{target}.{name}"
            if not found and self.layout.exists(submodule):
                return (Origin("module", submodule),)
            return found
        return self._attribute(target, name)

    def _module(self, module: str, *, itself: bool) -> Sequence[Origin]:
        """What `import module as name` gives: an attribute of its package, if that has such a one.

        Else, and where `itself` is asked for, the module.
        """
        package, _, name = module.rpartition(".")
        if package and not itself and self.layout.exists(module):
            found = self._attribute(package, name)
            if found:
                return found
        return (Origin("module" if self.layout.exists(module) else "outside", module),)

    def _dotted(self, path: str, written: str, order: float) -> tuple[Origin, ...]:
        first, _, rest = written.partition(".")
        found = self._named(path, first, order)
        if not found:
            found = (Origin("outside", f"builtins.{first}"),)
        return self._below(found, rest) if rest else found

    def _below(self, origins: Sequence[Origin], rest: str) -> tuple[Origin, ...]:
        """What attributes of something are."""
        found = tuple(origins)
        for name in rest.split("."):
            found = tuple(dict.fromkeys(one for each in found for one in self._of_one(each, name)))
        return found

    def _of_one(self, origin: Origin, name: str) -> Sequence[Origin]:
        match origin.kind:
            case "module":
                return self._attribute(origin.module, name)
            case "outside":
                return (origin._replace(module=f"{origin.module}.{name}"),)
            case "class":
                assert origin.binding is not None
                assert isinstance(origin.binding.what, Class)
                for one in reversed(origin.binding.what.members):
                    if one.name == name and isinstance(one.what, Class | Function):
                        kind = "class" if isinstance(one.what, Class) else "function"
                        return (
                            origin._replace(kind=kind, name=f"{origin.name}.{name}", binding=one),
                        )
                    if one.name == name and isinstance(one.what, Alias):
                        order = self.placed(origin.path, origin.name, origin.binding)
                        return self._dotted(origin.path, one.what.path, order)
        return (origin._replace(kind="unknown", name=f"{name} of {origin.name}", binding=None),)

    def placed(self, path: str, name: str, binding: Binding | None) -> float:
        """When the statement around a binding of the module at `path` is executed."""
        first = name.partition(".")[0]
        found = [one for one in self._index(path).get(first, ()) if one.binding == binding]
        around = found or self._index(path).get(first, [])
        if any(isinstance(one.binding.what, Function) for one in around):
            return float("inf")  # inside a function, which is called later
        return max((one.order for one in around), default=float("inf"))

    # The bindings of one module

    def _of(self, path: str, name: str) -> list[_Placed]:
        """What concerns a name in the module at `path`, in order."""
        index = self._index(path)
        own, stars = index.get(name, []), index.get(STAR, [])
        return sorted([*own, *stars], key=lambda one: one.order) if stars else own

    def _index(self, path: str) -> dict[str, list[_Placed]]:
        found = self._indexes.get(path)
        if found is None:
            symbols = self.symbols(path)
            found = {}
            file = self.layout.file(path)
            package = file.module if file.module == ".".join(file.package or ("?",)) else None
            loaded: set[str] = set()
            for order, one in enumerate(symbols.bindings):
                if package is not None and isinstance(one.what, Imported):
                    implied = self._loaded(file.package, package, one.what)
                    if implied and implied not in loaded:
                        loaded.add(implied)
                        own = f"{package}.{implied}"
                        what = Imported(own, None, own)
                        implicit = Binding(implied, one.line, one.column, what, one.conditional)
                        found.setdefault(implied, []).append(_Placed(order - 0.5, implicit))
                if isinstance(one.what, Declared) and not path.endswith(STUB):
                    continue
                found.setdefault(one.name, []).append(_Placed(order, one))
            if path in self._symbols:
                self._indexes[path] = found
        return found

    def _loaded(self, own: tuple[str, ...] | None, package: str, what: Imported) -> str | None:
        """The submodule that an import of a package loads, and so binds in it."""
        module = absolute(own, what.loads or what.module)
        if module is None or not module.startswith(f"{package}."):
            return None
        name = module.removeprefix(f"{package}.").partition(".")[0]
        return name if self.layout.exists(f"{package}.{name}") else None


def _either(answers: Sequence[bool | None]) -> bool | None:
    """Whether one of several is so; None if that depends on one that nobody knows."""
    return True if True in answers else None if None in answers else False


def _passed(origin: Origin, module: str) -> Origin:
    """The origin of what one more module passes on."""
    if len(origin.hops) >= _LONGEST_CHAIN:
        return origin
    return origin._replace(hops=(module, *origin.hops))
