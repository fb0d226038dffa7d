"""The symbol table against Python's own import system, on generated packages."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.tables import Importer, table_of

# In an order in which each may import those before it; importing a module runs its packages first.
_MODULES = {
    "m0": "m0.py",
    "p.a": "p/a.py",
    "p.b": "p/b.py",
    "p.q.c": "p/q/c.py",
    "p.q": "p/q/__init__.py",
    "p": "p/__init__.py",
    "m1": "m1.py",
    "m2": "m2.py",
}
_NAMES = st.sampled_from(["A", "B", "C", "_D", "a", "b", "q", "m0"])


@dataclass
class _Module:
    """The text of a module so far, and the names that it has for certain."""

    name: str
    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    listed: list[str] | None = None

    def given(self) -> set[str]:
        """What a star import of it gives."""
        if self.listed is not None:
            return set(self.listed)
        return {name for name in self.names if not name.startswith("_")}


@st.composite
def _packages(draw: st.DrawFn) -> dict[str, str]:
    """The files of a few modules that import each other, all of which can be imported."""
    made: dict[str, _Module] = {}
    for name in _MODULES:
        module = _Module(name)
        for _ in range(draw(st.integers(0, 6))):
            _add_statement(draw, module, made)
        if module.listed is None and module.names and draw(st.booleans()):
            _add_all(draw, module)
        made[name] = module
    return {_MODULES[name]: "\n".join([*one.lines, ""]) for name, one in made.items()}


def _add_statement(draw: st.DrawFn, module: _Module, made: dict[str, _Module]) -> None:
    kinds = ["class", "def", "alias", "del", "import", "as", "from", "star", "attribute", "if"]
    kind = draw(st.sampled_from(kinds))
    name = draw(_NAMES)
    if f"{module.name}.{name}" in _MODULES and kind != "from":
        name = "A"  # which of the two it is then depends on who imports the submodule, and when
    line = len(module.lines) + 1
    own = sorted(module.names)
    other = made[draw(st.sampled_from(sorted(made)))] if made else None
    text = ""
    if kind == "class":
        text = f"class {name}: line = {line}"
    elif kind == "def":
        text = f"def {name}(): ..."
    elif kind == "alias" and own:
        text = f"{name} = {draw(st.sampled_from(own))}"
    elif kind == "if":
        text = f"if True: {name} = {draw(st.sampled_from(own))}" if own else ""
    elif kind == "del" and own:
        gone = draw(st.sampled_from(own))
        module.lines.append(f"del {gone}")
        module.names.discard(gone)
        return
    elif other is not None:
        _add_import(draw, module, other, kind, name)
        return
    if text:
        module.lines.append(text)
        module.names.add(name)


def _add_import(draw: st.DrawFn, module: _Module, other: _Module, kind: str, name: str) -> None:
    target = _written(draw, module.name, other.name)
    theirs = sorted(other.names)
    if kind in {"as", "attribute"} and module.name.startswith("p") and "." in other.name:
        return  # a package that still runs may bind the submodule's name to something else later
    if kind == "import":
        module.lines.append(f"import {other.name}")
        module.names.add(other.name.partition(".")[0])
    elif kind == "as":
        module.lines.append(f"import {other.name} as {name}")
        module.names.add(name)
    elif kind == "star":
        if any(f"{module.name}.{one}" in _MODULES for one in other.given()):
            return
        module.lines.append(f"from {target} import *")
        module.names |= other.given()
    elif kind == "from" and theirs:
        taken = draw(st.sampled_from(theirs))
        if f"{module.name}.{name}" in _MODULES and other.name != f"{module.name}.{name}":
            name = "B"
        module.lines.append(f"from {target} import {taken} as {name}")
        module.names.add(name)
    elif kind == "attribute" and theirs:
        taken = draw(st.sampled_from(theirs))
        module.lines.append(f"import {other.name} as _o")
        module.lines.append(f"{name} = _o.{taken}")
        module.names |= {name, "_o"}


def _written(draw: st.DrawFn, importer: str, target: str) -> str:
    """The target as the importer may write it: absolute, or relative."""
    package = (
        importer if _MODULES[importer].endswith("__init__.py") else importer.rpartition(".")[0]
    )
    if not package or not f"{target}.".startswith(f"{package}.") or draw(st.booleans()):
        return target
    return "." + target.removeprefix(package).removeprefix(".")


def _add_all(draw: st.DrawFn, module: _Module) -> None:
    names = st.lists(st.sampled_from(sorted(module.names)), max_size=3)
    first, more = draw(names), draw(names)
    module.listed = [*first, *more]
    module.lines.append(f"__all__ = {first!r}")
    how = draw(st.sampled_from(["__all__ += {}", "__all__.extend({})", "__all__ = __all__ + {}"]))
    if more:
        module.lines.append(how.format(repr(more)))


@pytest.fixture(scope="module")
def importer() -> Iterator[Importer]:
    process = Importer()
    yield process
    process.close()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=_packages())
def test_names_stand_for_what_importing_says(importer: Importer, files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        for path, text in files.items():
            place = Path(name, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        imported = importer.names(Path(name), list(_MODULES))
    if "" in imported:  # what one module deletes or binds anew, another cannot import
        return
    table = table_of(files)
    for module, path in _MODULES.items():
        names = imported[module]
        for each, expected in names.items():
            if expected is None:
                continue
            found = table.settled(lambda m=module, n=each: table.resolve(m, n))
            origins = [_told(one) for one in found]
            if expected == ["module", f"{module}.{each}", "", 0] and not origins:
                continue  # somebody else loads the submodule
            assert expected in origins, _report(module, each, expected, origins, files)
            # Whether a star import gives a submodule depends on who loads it, too.
            unsure = any(kind == "module" for kind, *_ in origins)
            assert len(origins) == 1 or unsure, _report(module, each, expected, origins, files)
        written = table.settled(lambda p=path: [*table.symbols(p).bindings])
        for each in {one.name for one in written} - {"*", "__all__"}:
            there = table.settled(lambda p=path, n=each: table.binds(p, n))
            assert there is None or there == (each in names), _report(module, each, there, files)


def _told(origin: object) -> list[object]:
    if origin.kind == "module":
        return ["module", origin.module, "", 0]
    line = origin.binding.line if origin.binding is not None else 0
    return [origin.kind, origin.module, origin.name, line]


def _report(*what: object) -> str:
    *told, files = what
    assert isinstance(files, dict)
    texts = (f"--- {path}\n{text}" for path, text in files.items() if text.strip())
    return "\n".join([repr(told), *texts])
