"""Imports of modules and names that do not exist."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from bot.scanner.facts import STAR
from bot.scanner.globs import module_globs
from bot.scanner.ground import Ground
from bot.scanner.matches import Encoded
from bot.scanner.modules import absolute
from bot.scanner.probes import OutlineProbe
from bot.scanner.symbols.facts import Ask, Outline
from bot.scanner.symbols.layout import STUB

_ITSELF: Final = ""  # among the names that an outline asks of a module
_decode: Final = msgspec.msgpack.Decoder(Outline).decode


class Found(NamedTuple):
    """An import that finds nothing: the file, the imported name, its module made absolute.

    `missing` is the module that does not exist; empty if it is the name.
    """

    path: str
    ask: Ask
    module: str
    missing: str


class _Suspect(NamedTuple):
    path: str
    module: str
    name: str


class Dangling:
    """The imports of one tree, compared with what is there; `modules` are globs of dotted paths.

    The outlines tell of nearly all names that they exist. Only what is left is looked at with care.
    """

    def __init__(
        self, modules: Sequence[str], outlines: Mapping[str, Encoded], ground: Ground
    ) -> None:
        self._ground = ground
        self._table = ground.table
        self._layout = self._table.layout
        self._globs = module_globs(modules) if modules else None
        self._outlines = {path: _decode(one.data) for path, one in outlines.items()}
        self._others: dict[str, Outline] = {}  # of modules that are imported, and do not import
        self._certain_names: dict[str, frozenset[str] | None] = {}

    def found(self) -> list[Found]:
        """All that is found, file by file."""
        suspects = list(self._suspects())
        if self._look_at({one.module for one in suspects}):
            suspects = list(self._suspects())
        return self._table.settled(lambda: list(self._confirmed(suspects)))

    def _look_at(self, modules: Iterable[str]) -> bool:
        """Take the outlines of modules of which there are none; whether there is one."""
        paths = {path for module in modules for path in self._table.sources(module)}
        looked = self._ground.look(OutlineProbe(), sorted(paths - self._outlines.keys()))
        for path, (matches, _) in looked.items():
            for one in matches:
                assert isinstance(one, Encoded)
                self._others[path] = _decode(one.data)
        self._certain_names.clear()
        return bool(looked)

    def _suspects(self) -> Iterator[_Suspect]:
        """What is not certain to exist."""
        for path, outline in self._outlines.items():
            package = self._layout.file(path).package
            for written, names in outline.asks.items():
                if _leaves_package(written, package):
                    continue
                module = absolute(package, written)
                known = self._known(module) if module else None
                if module is None or known is None:
                    continue
                for name in names:
                    certain = name in known or self._layout.exists(f"{module}.{name}")
                    if not certain and self._is_judged(module, name):
                        yield _Suspect(path, module, name)

    def _known(self, module: str) -> frozenset[str] | None:
        """Some names that a module has for certain; None if it is not the repository's."""
        if module not in self._certain_names:
            here = self._globs is not None or self._layout.exists(module.partition(".")[0])
            self._certain_names[module] = self._certain(module) if here else None
        return self._certain_names[module]

    def _certain(self, module: str) -> frozenset[str]:
        if not self._layout.exists(module):
            return frozenset()
        paths = self._table.sources(module)
        outlines = (self._outlines.get(path) or self._others.get(path) for path in paths)
        names = (name for one in outlines if one is not None for name in one.names)
        return frozenset((*names, _ITSELF, STAR))

    def _is_judged(self, module: str, name: str) -> bool:
        """Whether a module, or a name of it, is one of those that are looked at."""
        whole = f"{module}.{name}" if name else module
        return self._globs is None or self._is_named(module) or self._is_named(whole)

    def _is_named(self, module: str) -> bool:
        return self._globs is not None and self._globs.match(module.replace(".", "/"))

    def _confirmed(self, suspects: Sequence[_Suspect]) -> Iterator[Found]:
        for suspect in suspects:
            missing = self._missing(suspect.module)
            if missing is None or (not missing and self._may_have(suspect)):
                continue
            symbols = self._table.symbols(suspect.path)
            if missing in symbols.registers or self._is_beside(suspect) or self._is_given(suspect):
                continue
            if missing and not self._is_named(missing) and self._table.builds.may_make(missing):
                continue
            package = self._layout.file(suspect.path).package
            for ask in symbols.asks:
                module = absolute(package, ask.module)
                same = (module, ask.name or _ITSELF) == (suspect.module, suspect.name)
                if not same or ask.excused or self._in_stub(suspect, ask):
                    continue
                yield Found(suspect.path, ask, suspect.module, missing)

    def _missing(self, module: str) -> str | None:
        """The first of a module and those that it lies in that does not exist.

        Empty if all of them do, None if that cannot be told.
        """
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            part, holder = ".".join(parts[:end]), ".".join(parts[: end - 1])
            if self._layout.exists(part):
                continue
            if not self._is_named(part) and (
                self._layout.is_shared(holder) or self._layout.has_other_form(part)
            ):
                return None
            for path in self._table.sources(holder):
                symbols = self._table.symbols(path)
                if symbols.splits or symbols.opened or symbols.problem or part in symbols.registers:
                    return None
            return part
        return ""

    def _may_have(self, suspect: _Suspect) -> bool:
        """Whether a module that exists has a name, or may have it."""
        _, module, name = suspect
        if name in {_ITSELF, STAR}:
            return True
        whole = f"{module}.{name}"
        if not self._is_named(whole) and not self._is_named(module):
            if self._layout.has_other_form(module) or self._layout.has_other_form(whole):
                return True
            if self._layout.is_shared(module) and not self._layout.files(module):
                return True
        if any(whole in self._table.symbols(path).registers for path in self._layout.files(module)):
            return True
        return self._table.has(module, name) is not False

    def _in_stub(self, suspect: _Suspect, ask: Ask) -> bool:
        """Whether a name that is imported for types alone may be in a stub."""
        if not suspect.path.endswith(STUB) and ask.context != "type_checking":
            return False
        stubs = (path for path in self._layout.files(suspect.module) if path.endswith(STUB))
        return any(self._table.binds(path, suspect.name) is not False for path in stubs)

    def _is_beside(self, suspect: _Suspect) -> bool:
        """Whether a folder around the importer has such a module, with that name."""
        files = list(self._layout.beside(suspect.path, suspect.module))
        whole = f"{suspect.module}.{suspect.name}" if suspect.name else suspect.module
        if suspect.name and any(self._layout.beside(suspect.path, whole)):
            return True
        if suspect.name in {_ITSELF, STAR}:
            return bool(files)
        return any(self._table.binds(path, suspect.name) is not False for path in files)

    def _is_given(self, suspect: _Suspect) -> bool:
        """Whether another module may set such an attribute on the module."""
        given = self._given.get(suspect.module, ())
        return suspect.name in given or STAR in given

    @cached_property
    def _given(self) -> Mapping[str, set[str]]:
        """The attributes that modules may set on others, by the other one."""
        found: dict[str, set[str]] = {}
        for path, outline in self._outlines.items():
            for written in outline.gives:
                owner, _, name = written.rpartition(".")
                for module in self._imported_as(path, outline, owner):
                    found.setdefault(module, set()).add(name)
        return found

    def _imported_as(self, path: str, outline: Outline, owner: str) -> Iterator[str]:
        """The modules that a dotted name in a file may stand for, but for other names of theirs."""
        package = self._layout.file(path).package
        first, _, rest = owner.partition(".")
        for written, names in outline.asks.items():
            module = absolute(package, written)
            if module is None:
                continue
            if first in names:
                whole = f"{module}.{owner}"
            elif _ITSELF in names and module.partition(".")[0] == first:
                whole = f"{first}.{rest}" if rest else first
            else:
                continue
            if self._layout.exists(whole):
                yield whole


def _leaves_package(written: str, package: tuple[str, ...] | None) -> bool:
    """Whether a relative import leads to the top, or beyond it: that never works."""
    level = len(written) - len(written.lstrip("."))
    return level > len(package or ()) > 0
