"""Waivers in code, from a commit to what the commands say."""

import json

import pytest

from bot.cli.main import run
from tests.cli.shop import USES_LEGACY, branch
from tests.support.gitrepo import GitRepository

_FORM = 'until=2999-12-31 by=@alice reason="waits for v2"'
_EXPIRED = _FORM.replace("2999", "2020")


Told = pytest.CaptureFixture[str]


def _told(capsys: Told, repository: GitRepository, *arguments: str) -> str:
    run([*arguments, "--repo", str(repository.path)])
    return capsys.readouterr().out


def _checked(repository: GitRepository) -> int:
    return run(["check", "--base", "main", "--repo", str(repository.path)])


def _with(waiver: str) -> str:
    return USES_LEGACY.replace("make\n", f"make  # canon: allow[legacy-import] {waiver}\n", 1)


def test_a_waived_import_passes_the_check(repository: GitRepository) -> None:
    branch(repository, "topic", {"shop/d.py": _with(_FORM)})
    assert _checked(repository) == 0


@pytest.mark.parametrize("waiver", [_EXPIRED, "", "until=2999-12-31 by=@alice"])
def test_an_import_whose_waiver_is_no_good_fails_the_check(
    repository: GitRepository, waiver: str
) -> None:
    branch(repository, "topic", {"shop/d.py": _with(waiver)})
    assert _checked(repository) == 1


def test_a_waiver_without_a_reason_is_shown_in_the_comment(
    repository: GitRepository, capsys: Told
) -> None:
    branch(repository, "topic", {"shop/d.py": _with("until=2999-12-31 by=@alice")})
    assert "canon: allow" in _told(capsys, repository, "check", "--base", "main")


def test_a_waived_import_may_not_lose_its_waiver(repository: GitRepository) -> None:
    repository.commit({"shop/d.py": _with(_FORM)})
    branch(repository, "topic", {"shop/d.py": USES_LEGACY})
    assert _checked(repository) == 1


def test_a_waiver_in_the_working_directory_counts_there(
    repository: GitRepository, capsys: Told
) -> None:
    (repository.path / "shop/a.py").write_text(_with(_FORM))
    scan = json.loads(_told(capsys, repository, "scan", "--worktree", "--format", "json"))
    rule = scan["migrations"][0]["rules"][0]
    assert (rule["count"], rule["waived"]) == (2, 1)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("text", "shop/d.py:2: expired on 2020-12-31, given by @alice: waits for v2"),
        ("json", '{"path":"shop/d.py","line":2,"reason":"expired on 2020-12-31'),
        ("sarif", "expired on 2020-12-31, given by @alice"),
        ("github", "::warning file=shop/d.py,line=2,title=Waiver::expired on 2020-12-31"),
    ],
)
def test_every_format_lists_a_waiver_that_expired(
    repository: GitRepository, capsys: Told, form: str, said: str
) -> None:
    repository.commit({"shop/d.py": _with(_EXPIRED)})
    assert said in _told(capsys, repository, "scan", "--format", form)


def test_a_scan_shows_who_waived_what_and_until_when(
    repository: GitRepository, capsys: Told
) -> None:
    repository.commit({"shop/d.py": _with(_FORM)})
    shown = _told(capsys, repository, "scan")
    assert "waived until 2999-12-31 by @alice: waits for v2" in shown
    assert "3 violations in 3 files, 1 waived" in shown


@pytest.mark.parametrize(
    "waiver", ["until=2999-12-31 by=@alice", "by=@alice reason='x'", "nonsense"]
)
def test_a_waiver_at_fault_on_an_old_violation_fails_the_check_by_itself(
    repository: GitRepository, capsys: Told, waiver: str
) -> None:
    branch(repository, "topic", {"shop/a.py": _with(waiver)})
    assert _checked(repository) == 1
    assert "this waiver" in capsys.readouterr().out


def test_an_expired_waiver_in_a_change_is_in_its_comment(
    repository: GitRepository, capsys: Told
) -> None:
    branch(repository, "topic", {"shop/a.py": _with(_EXPIRED)})
    assert _checked(repository) == 0  # the violation was there before
    said = capsys.readouterr().out
    assert "**Waivers that do nothing**" in said
    assert "`shop/a.py:2`: expired on 2020-12-31" in said


def test_a_waiver_whose_violation_is_gone_is_in_the_comment(
    repository: GitRepository, capsys: Told
) -> None:
    repository.commit({"shop/a.py": _with(_FORM)})
    branch(repository, "topic", {"shop/a.py": _with(_FORM).replace("legacy import", "new import")})
    assert _checked(repository) == 0
    assert "there is no violation of legacy-import here to waive" in capsys.readouterr().out


def test_a_waiver_that_did_nothing_before_is_not_in_the_comment(
    repository: GitRepository, capsys: Told
) -> None:
    repository.commit({"shop/a.py": _with(_EXPIRED)})
    branch(repository, "topic", {"shop/d.py": "x = 1\n"})
    assert _checked(repository) == 0
    assert "nothing to say" in capsys.readouterr().out


def test_compare_lists_what_a_change_does_to_waivers(
    repository: GitRepository, capsys: Told
) -> None:
    branch(repository, "topic", {"shop/a.py": _with(_EXPIRED)})
    told = _told(capsys, repository, "compare", "--base", "main", "--format", "json")
    (waiver,) = json.loads(told)["waivers"]
    assert (waiver["path"], waiver["line"]) == ("shop/a.py", 2)
    assert "Waivers that do nothing" in _told(capsys, repository, "compare", "--base", "main")
