from pathlib import Path

import pytest

from bot import config
from bot.adapters.configurations import CachedConfigurations
from bot.domain.errors import ConfigurationInvalidError, ConfigurationMissingError
from tests.support.configs import SAMPLES

FILES = {".github/canon.yml": (SAMPLES / "complete.yml").read_bytes()}


def kept(directory: Path) -> list[Path]:
    return sorted(directory.rglob("*.msgpack"))


def test_what_comes_back_is_what_was_read(tmp_path: Path) -> None:
    configurations = CachedConfigurations(tmp_path)
    assert configurations.load(FILES) == config.load(FILES)
    assert len(kept(tmp_path)) == 1
    assert configurations.load(FILES) == config.load(FILES)


def test_other_bytes_are_another_configuration(tmp_path: Path) -> None:
    configurations = CachedConfigurations(tmp_path)
    configurations.load(FILES)
    other = {".github/canon.yml": FILES[".github/canon.yml"] + b"# more\n"}
    assert configurations.load(other).digest == config.digest(other)
    assert len(kept(tmp_path)) == 2


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x80", b"not at all"])
def test_a_damaged_cache_is_read_over(tmp_path: Path, damage: bytes) -> None:
    configurations = CachedConfigurations(tmp_path)
    configurations.load(FILES)
    (file,) = kept(tmp_path)
    file.write_bytes(damage)
    assert configurations.load(FILES) == config.load(FILES)
    assert file.read_bytes() != damage


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("no directory")
    assert CachedConfigurations(occupied).load(FILES) == config.load(FILES)


def test_without_a_directory_nothing_is_kept(tmp_path: Path) -> None:
    assert CachedConfigurations(None).load(FILES) == config.load(FILES)
    assert kept(tmp_path) == []


def test_problems_are_told_every_time(tmp_path: Path) -> None:
    configurations = CachedConfigurations(tmp_path)
    for _ in range(2):
        with pytest.raises(ConfigurationInvalidError):
            configurations.load({".github/canon.yml": b"version: 2\n"})
    with pytest.raises(ConfigurationMissingError):
        configurations.load({})
    assert kept(tmp_path) == []
