"""Modules that a repository builds from something else than a file with their name."""

from functools import cached_property
from typing import Final

import msgspec

from bot.scanner.ground import Ground
from bot.scanner.matches import Encoded
from bot.scanner.probes import WordsProbe

PROBE: Final = WordsProbe()
# In these the name alone says that a module is built; in the others its package stands by it.
_LISTS: Final = {"meson.build", "CMakeLists.txt", "BUILD", "BUILD.bazel", "Makefile", "Cargo.toml"}
_SCRIPTS: Final = {"setup.py", "setup.cfg", "pyproject.toml", "build.py"}
_MOST: Final = 200  # files that are read
_decode: Final = msgspec.msgpack.Decoder(list[str]).decode


class Builds:
    """What the files say by which a repository is built; read when somebody asks."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def may_make(self, module: str) -> bool:
        """Whether a module is named in a file that tells how to build."""
        package, _, name = module.rpartition(".")
        near = f"{package.rpartition('.')[2]}.{name}"
        ends = (near, near.replace(".", "/"))
        words = self._in_scripts | self._in_lists
        return name in self._in_lists or any(word.endswith(ends) for word in words)

    @cached_property
    def _in_scripts(self) -> frozenset[str]:
        return self._in(_SCRIPTS)

    @cached_property
    def _in_lists(self) -> frozenset[str]:
        return self._in(_LISTS)

    def _in(self, names: set[str]) -> frozenset[str]:
        paths = [path for path in self._ground.paths if path.rpartition("/")[2] in names][:_MOST]
        found = self._ground.look(PROBE, paths)
        return frozenset(
            word
            for matches, _ in found.values()
            for one in matches
            if isinstance(one, Encoded)
            for word in _decode(one.data)
        )
