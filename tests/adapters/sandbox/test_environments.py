import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.adapters.sandbox.environments import Environments, key


def writing(text: str) -> Callable[[Path], None]:
    return lambda draft: (draft / "file").write_text(text) and None


def never(_: Path) -> None:
    raise AssertionError("made again")


def waiting() -> None:
    raise AssertionError("had to wait")


def test_an_environment_is_made_once(tmp_path: Path) -> None:
    kept = Environments(tmp_path)
    with kept.use("a", writing("x"), waiting) as place:
        assert (place / "file").read_text() == "x"
    with kept.use("a", never, waiting) as again:
        assert again == place


def test_a_maker_that_fails_leaves_nothing(tmp_path: Path) -> None:
    kept = Environments(tmp_path)

    def fail(draft: Path) -> None:
        (draft / "half").write_text("x")
        raise OSError("no")

    with pytest.raises(OSError, match="no"), kept.use("a", fail, waiting):
        raise AssertionError("used")
    assert [path.name for path in tmp_path.iterdir()] == ["a.lock"]


def test_what_a_killed_maker_left_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "a.draft").mkdir()
    (tmp_path / "a.draft" / "half").write_text("x")
    with Environments(tmp_path).use("a", writing("whole"), waiting) as place:
        assert [path.name for path in place.iterdir()] == ["file"]


def test_the_last_used_are_kept_and_those_in_use(tmp_path: Path) -> None:
    kept = Environments(tmp_path, most=2)
    with ExitStack() as held:
        held.enter_context(kept.use("in-use", writing("x"), waiting))
        os.utime(tmp_path / "in-use", (1, 1))
        for number, name in enumerate(("old", "new"), start=2):
            with kept.use(name, writing("x"), waiting):
                pass
            os.utime(tmp_path / name, (number, number))
        with kept.use("newest", writing("x"), waiting):
            assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {
                *("in-use", "new", "newest")
            }


def test_a_key_tells_command_files_and_tools_apart() -> None:
    keys = {
        key("pip", {}, ""),
        key("pip2", {}, ""),
        key("pip", {"a": "1"}, ""),
        key("pip", {"a": "2"}, ""),
        key("pip", {"b": "1"}, ""),
        key("pip", {}, "Python 3.12"),
    }
    assert len(keys) == 6
    assert key("pip", {"a": "1", "b": "2"}, "") == key("pip", {"b": "2", "a": "1"}, "")
