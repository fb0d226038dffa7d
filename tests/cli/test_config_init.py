"""`canon config init`, as its user meets it."""

from pathlib import Path

import pytest

from bot.cli.main import run
from tests.support.gitrepo import GitRepository

CANON_YML = ".github/canon.yml"
ABOUT = ["--issue", "7", "--title", "Remove the legacy manager"]


@pytest.fixture
def shop(tmp_path: Path) -> GitRepository:
    shop = GitRepository(tmp_path / "shop")
    shop.commit({"shop/__init__.py": "", "shop/legacy_manager.py": "", "shop/manager.py": ""})
    return shop


def init(shop: GitRepository, *options: str) -> int:
    return run(["config", "init", "--repo", str(shop.path), *ABOUT, *options])


def test_a_first_configuration_is_valid_and_finds_what_looks_old(
    shop: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(shop) == 0
    assert "shop.legacy_manager" in (shop.path / CANON_YML).read_text()
    assert run(["config", "check", "--repo", str(shop.path)]) == 0
    assert "#7 Remove the legacy manager: detect, 1 rule" in capsys.readouterr().out


def test_a_file_that_is_there_is_not_replaced_without_being_told_to(shop: GitRepository) -> None:
    shop.commit({CANON_YML: "version: 1\n"})
    assert init(shop, "--workflow") == 2
    assert (shop.path / CANON_YML).read_text() == "version: 1\n"
    assert not (shop.path / ".github/workflows").exists()
    assert init(shop, "--force") == 0
    assert "legacy_manager" in (shop.path / CANON_YML).read_text()


def test_the_workflow_is_written_where_it_is_wanted(shop: GitRepository) -> None:
    assert init(shop, "--workflow") == 0
    assert "workflow_dispatch" in (shop.path / ".github/workflows/canon-tests.yml").read_text()


def test_the_workflow_is_written_alone_beside_a_configuration(shop: GitRepository) -> None:
    shop.commit({CANON_YML: "version: 1\n"})

    assert run(["config", "init", "--repo", str(shop.path), "--workflow"]) == 0
    assert (shop.path / ".github/workflows/canon-tests.yml").is_file()
    assert (shop.path / CANON_YML).read_text() == "version: 1\n"


@pytest.mark.parametrize("options", [[], ["--issue", "7"], ["--workflow", "--title", "x"]])
def test_half_a_wish_is_wrong_usage(shop: GitRepository, options: list[str]) -> None:
    assert run(["config", "init", "--repo", str(shop.path), *options]) == 2


def test_what_is_printed_is_not_written(
    shop: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(shop, "--print") == 0
    assert "shop.legacy_manager" in capsys.readouterr().out
    assert not (shop.path / CANON_YML).exists()


def test_a_folder_that_leads_out_of_the_repository_is_not_written_to(
    shop: GitRepository, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (shop.path / ".github").symlink_to(outside)
    assert init(shop) == 2
    assert list(outside.iterdir()) == []
