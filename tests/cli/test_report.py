"""`canon report` on real repositories: what a clone alone can tell."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from bot.cli.origin import origin_of
from bot.cli.testing_json import results_json, runs_from_json
from bot.domain.errors import InputError
from bot.domain.phase import Phase
from bot.domain.testing import CategoryCoverage
from tests.cli.shop import USES_FACTORY, USES_LEGACY, branch, shop
from tests.reports.sample import runs
from tests.support.gitrepo import GitRepository

KINDS = ["results", "violations", "plan", "strategy", "execution", "status", "executive"]


def reported(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> tuple[int, str]:
    status = run(["report", "--repo", str(repository.path), *options])
    caught = capsys.readouterr()
    return status, caught.out + caught.err


def read(
    capsys: pytest.CaptureFixture[str], repository: GitRepository, *options: str
) -> dict[str, Any]:
    status, told = reported(capsys, repository, *options, "--format", "json")
    assert status == 0, told
    made: dict[str, Any] = json.loads(told)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_from_a_clone_alone(
    repository: GitRepository, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    status, told = reported(capsys, repository, kind)
    assert status == 0
    assert told.startswith("## ")
    assert repository.git("rev-parse", "--short=12", "HEAD") in told


def test_the_report_on_a_pull_request_is_the_comment_of_check(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    branch(repository, "feature", {"shop/d.py": USES_LEGACY})
    status, told = reported(capsys, repository, "pr", "--base", "main")
    assert status == 1
    assert told.startswith("### ❌ 1 violation added\n")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["pr"], "--base REV"),
        (["pr", "--base", "main", "--format", "html"], "Markdown only"),
        (["status", "--base", "main"], "for the kind pr"),
        (["poem"], "'poem' is not one of"),
        (["status", "--migration", "8"], "no migration has the tracked issue 8"),
    ],
)
def test_what_cannot_be_reported_is_told_in_one_line(
    repository: GitRepository,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    reason: str,
) -> None:
    status, told = reported(capsys, repository, *options)
    assert status == 2
    assert reason in told


def test_links_lead_to_the_site_of_the_origin(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("remote", "add", "origin", "https://x:secret@github.com/acme/shop.git")
    _, told = reported(capsys, repository, "violations")
    commit = repository.git("rev-parse", "HEAD")
    assert f"https://github.com/acme/shop/blob/{commit}/shop/a.py#L2" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/shop.git", "https://github.com acme/shop"),
        ("https://ghe.example.com:8443/acme/shop/", "https://ghe.example.com:8443 acme/shop"),
        ("git@github.com:acme/shop.git", "https://github.com acme/shop"),
        ("ssh://git@github.com/acme/shop", "https://github.com acme/shop"),
        ("/srv/git/shop.git", None),
        ("file:///srv/shop", None),
    ],
)
def test_the_site_is_read_off_the_remote(tmp_path: Path, url: str, expected: str | None) -> None:
    repository = GitRepository(tmp_path / "clone")
    repository.git("remote", "add", "origin", url)
    found = origin_of(repository.path / ".git")
    assert (found and f"{found.web_url} {found.repository}") == expected


def test_earlier_weeks_are_counted_by_todays_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(weeks: int) -> None:
        when = datetime.now(UTC) - timedelta(weeks=weeks, hours=30)
        monkeypatch.setenv("GIT_COMMITTER_DATE", when.isoformat())

    at(5)
    repository = shop(tmp_path / "old")
    at(2)
    repository.commit({"shop/a.py": USES_FACTORY})
    at(0)
    repository.commit({"shop/b.py": USES_FACTORY})
    made = read(capsys, repository, "status")["report"]
    assert made["progress"]["first"] == 3
    assert made["progress"]["now"] == 1
    assert made["progress"]["done"] == "66.7%"
    assert "line [" in made["burn_down"]["chart"]
    without = read(capsys, repository, "status", "--no-history")["report"]
    assert without["burn_down"]["why_not"] == "not measured here: --no-history was given"


def test_owners_are_read_at_the_commit(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"CODEOWNERS": "* @acme/all\n/shop/a.py @alice\n"})
    found = read(capsys, repository, "status")["report"]["where"]["owners"]
    assert [(one["name"], one["count"]) for one in found] == [("@acme/all", 2), ("@alice", 1)]


def test_results_of_the_same_commit_come_into_the_report(
    repository: GitRepository, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    commit = repository.git("rev-parse", "HEAD")
    file = tmp_path / "results.json"
    file.write_text(results_json(commit, Phase.DETECT, runs().results), encoding="utf-8")
    found = read(capsys, repository, "results", "--tests", str(file))["report"]["suites"]
    assert found["commit"] == commit


def test_the_coverage_of_results_is_measured_in_the_report(
    repository: GitRepository, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (repository.path / ".github" / "canon.yml").read_text()
    goal = "    coverage: [{name: carts, file: c.xml, at_least: 95%}]\n"
    category = "    tests: [{category: unit, run: pytest, expect: guards}]\n"
    repository.commit({".github/canon.yml": text + goal + category})
    commit = repository.git("rev-parse", "HEAD")
    carts = CategoryCoverage(name="carts", file="c.xml", covered=3, lines=4)
    result = replace(runs().results[0], category="unit", coverage=(carts,))
    file = tmp_path / "results.json"
    file.write_text(results_json(commit, Phase.DETECT, [result]), encoding="utf-8")
    (row,) = read(capsys, repository, "execution", "--tests", str(file))["report"]["watched"][
        "rows"
    ]
    assert (row["now"], row["wanted"], row["basis"]) == ("75%", "at least 95%", "3 of 4 lines")
    (row,) = read(capsys, repository, "execution")["report"]["watched"]["rows"]
    assert row["now"] == "unknown"


def test_results_of_another_commit_are_refused(
    repository: GitRepository, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "results.json"
    file.write_text(results_json("a" * 40, Phase.DETECT, ()), encoding="utf-8")
    status, told = reported(capsys, repository, "results", "--tests", str(file))
    assert status == 2
    assert "has the results of aaaa" in told


def test_what_test_writes_can_be_read_again() -> None:
    before = runs()
    text = results_json(before.commit, Phase.DETECT, before.results)
    after = runs_from_json(text.encode(), "results.json")
    assert after.results == before.results
    assert after.commit == before.commit


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"phase": "x", "categories": [{}]}'])
def test_a_file_that_test_did_not_write_is_told_of(content: bytes) -> None:
    with pytest.raises(InputError, match=r"results\.json is not what `canon test"):
        runs_from_json(content, "results.json")


def test_the_repositorys_own_layout_is_taken_from_the_commit(
    repository: GitRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    template = "Left: {{ report.progress.left }}\n"
    repository.commit({".github/canon/templates/status.md.j2": template})
    _, told = reported(capsys, repository, "status")
    assert told.startswith("Left: 3\n")
    assert "<sub>Head" in told
