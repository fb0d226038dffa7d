"""A sandbox gets a commit's files as they are in the commit, whatever the commit says of them."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sandbox.bubblewrap import BubblewrapSandbox
from bot.ports.sandbox import MIB, CheckoutFailedError, Ending, Source
from tests.support.gitrepo import GitRepository
from tests.support.sandbox import SMALL, run


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


def source(repository: GitRepository, commit: str) -> Source:
    return Source(repository.path / ".git", commit)


def test_the_tree_is_the_commits_and_the_working_directory(
    sandbox: BubblewrapSandbox, repository: GitRepository
) -> None:
    old = repository.commit({"a.txt": "old\n", "dir/b.sh": "#!/bin/sh\n"})
    repository.commit({"a.txt": "new"})
    (repository.path / "a.txt").write_text("not committed")
    result = run(
        sandbox, "pwd; cat a.txt; ls -A . dir; test -w a.txt", source=source(repository, old)
    )
    assert result.status == 0
    assert result.output.split() == [
        *(b"/sandbox/tree", b"old"),
        *(b".:", b"a.txt", b"dir", b"dir:", b"b.sh"),
    ]


def test_attributes_of_the_commit_change_nothing(
    sandbox: BubblewrapSandbox, repository: GitRepository, tmp_path: Path
) -> None:
    attributes = (
        "[attr]hidden export-ignore\n"
        "secret.py hidden\nhidden/** export-ignore\n*.py export-subst ident\n"
        "*.txt text eol=crlf\n*.bin filter=evil\n*.u16 working-tree-encoding=UTF-16\n"
    )
    content = {
        ".gitattributes": attributes,
        "secret.py": "$Format:%H$ $Id$\n",
        "hidden/a.py": "x = 1\n",
        "lines.txt": "one\ntwo\n",
        "data.bin": "raw\n",
        "text.u16": "text\n",
        "hidden/.gitattributes": "* export-ignore\n",
    }
    repository.commit({name: text for name, text in content.items() if name[0] != "."})
    (tmp_path / "attributes").write_text(attributes)
    blob = repository.git("hash-object", "-w", "--no-filters", str(tmp_path / "attributes"))
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},.gitattributes")
    repository.git("commit", "--quiet", "--message", "attributes")
    commit = repository.git("rev-parse", "HEAD")
    repository.git("config", "filter.evil.smudge", f"touch {tmp_path}/smudged; cat")
    command = 'for f in $(find . -type f | sort); do echo "== $f"; cat $f; done'
    result = run(sandbox, command, source=source(repository, commit))
    expected = "".join(f"== ./{name}\n{text}" for name, text in sorted(content.items()))
    assert result.output.decode() == expected
    assert not (tmp_path / "smudged").exists()
    assert not (repository.path / ".git" / "info" / "attributes").exists()


def test_links_and_modes_are_kept_and_nothing_is_owned_by_others(
    sandbox: BubblewrapSandbox, repository: GitRepository
) -> None:
    (repository.path / "link").symlink_to("/etc/shadow")
    (repository.path / "up").symlink_to("../../..")
    program = repository.path / "program"
    program.write_text("#!/bin/sh\necho ran\n")
    program.chmod(0o755)
    commit = repository.commit({"plain": "x"})
    result = run(
        sandbox,
        "./program; readlink link up; cat link; stat -c '%a %U' plain program",
        source=source(repository, commit),
    )
    lines = result.output.decode().splitlines()
    assert lines[:3] == ["ran", "/etc/shadow", "../../.."]
    assert "No such file" in lines[3]
    assert lines[4:] == ["644 user", "755 user"]


def test_no_hook_runs_and_no_git_directory_is_there(
    sandbox: BubblewrapSandbox, repository: GitRepository, tmp_path: Path
) -> None:
    commit = repository.commit({"a": "x"})
    hook = repository.path / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\n")
    hook.chmod(0o755)
    result = run(sandbox, "ls -A", source=source(repository, commit))
    assert result.output == b"a\n"
    assert not (tmp_path / "hooked").exists()


def test_submodules_and_large_files_are_mentioned(
    sandbox: BubblewrapSandbox, repository: GitRepository
) -> None:
    plain = repository.commit({"a": "x"})
    assert run(sandbox, "true", source=source(repository, plain)).notes == ()
    commit = repository.commit(
        {".gitmodules": "[submodule]\n", ".gitattributes": "*.bin filter=lfs diff=lfs\n"}
    )
    notes = run(sandbox, "true", source=source(repository, commit)).notes
    assert notes == ("submodules are left empty", "Git LFS files are left as pointers")


def test_attributes_that_are_a_link_are_not_followed(
    sandbox: BubblewrapSandbox, repository: GitRepository
) -> None:
    (repository.path / ".gitattributes").symlink_to("/dev/zero")
    commit = repository.commit({"a": "x"})
    assert run(sandbox, "true", source=source(repository, commit)).ending is Ending.EXITED


def test_a_tree_that_does_not_fit_is_no_test_result(
    sandbox: BubblewrapSandbox, repository: GitRepository
) -> None:
    commit = repository.commit({"big": os.urandom(20 * MIB)})
    with pytest.raises(CheckoutFailedError, match="more than 16,777,216 bytes"):
        run(sandbox, "true", replace(SMALL, disk=16 * MIB), source=source(repository, commit))


@pytest.mark.parametrize("commit", ["0" * 40, "no-such-branch"])
def test_a_commit_that_is_not_there_is_no_test_result(
    sandbox: BubblewrapSandbox, repository: GitRepository, commit: str
) -> None:
    repository.commit({"a": "x"})
    with pytest.raises(CheckoutFailedError, match="not a"):
        run(sandbox, "echo ran", source=source(repository, commit))


def test_a_repository_that_is_not_there_is_no_test_result(
    sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    with pytest.raises(CheckoutFailedError):
        run(sandbox, "true", source=Source(tmp_path / "nothing", "0" * 40))


def test_an_object_that_is_missing_is_no_test_result(
    sandbox: BubblewrapSandbox, repository: GitRepository
) -> None:
    commit = repository.commit({"a": "x", "b": "y"})
    blob = repository.git("rev-parse", f"{commit}:b")
    (repository.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(CheckoutFailedError):
        run(sandbox, "echo ran", source=source(repository, commit))


def test_a_repository_of_the_other_hash_works(sandbox: BubblewrapSandbox, tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "other")
    subprocess.run(["rm", "-rf", str(repository.path / ".git")], check=True)
    repository.git("init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    commit = repository.commit({"a": "x"})
    assert len(commit) == 64
    assert run(sandbox, "cat a", source=source(repository, commit)).output == b"x"


def test_a_borrowed_clone_and_a_bare_one_work(
    sandbox: BubblewrapSandbox, repository: GitRepository, tmp_path: Path
) -> None:
    commit = repository.commit({"a": "x"})
    bare = tmp_path / "bare.git"
    repository.git("clone", "--quiet", "--bare", "--shared", ".", str(bare))
    assert run(sandbox, "cat a", source=Source(bare, commit)).output == b"x"
