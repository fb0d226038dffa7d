import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports.sandbox import Ending, RefusedFile
from bot.suites.artifact import (
    LARGEST_REPORT,
    Attempt,
    UnreadableArtifactError,
    read_artifact,
)
from tests.support.artifacts import FAILED, JUNIT, artifact, exited, summary, zipped

COMMIT = "a" * 40
SYMLINK = 0o120777 << 16
FIFO = 0o010644 << 16


def special(name: str, mode: int) -> bytes:
    """An artifact in which one file is something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("canon.json", summary(COMMIT))
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def refused(content: bytes) -> str:
    """Why the result file was refused."""
    results = read_artifact(content).attempts[0].results
    assert isinstance(results, RefusedFile)
    return results.reason


def unreadable(content: bytes) -> str:
    with pytest.raises(UnreadableArtifactError) as caught:
        read_artifact(content)
    return str(caught.value)


def test_what_the_workflow_uploads_is_read() -> None:
    runs = [exited(1, seconds=2.5), exited(0, "timed_out")]

    found = read_artifact(artifact(COMMIT, FAILED, again=JUNIT, runs=runs, log=b"two"))

    assert found.commit == COMMIT
    assert found.log == b"two"
    assert found.attempts == (
        Attempt(ending=Ending.EXITED, status=1, seconds=2.5, results=FAILED),
        Attempt(ending=Ending.TIMED_OUT, status=0, seconds=2.0, results=JUNIT),
    )


def test_a_result_file_that_was_not_written_is_none() -> None:
    assert read_artifact(artifact(COMMIT, None)).attempts[0].results is None


def test_other_names_are_not_looked_at() -> None:
    files = {"canon.json": summary(COMMIT), "../junit.xml": b"x", "/junit.xml": b"x", "a/b": b"x"}

    assert read_artifact(zipped(files)).attempts[0].results is None


@pytest.mark.parametrize("mode", [SYMLINK, FIFO, 0o040755 << 16])
def test_what_is_not_a_regular_file_is_refused(mode: int) -> None:
    assert refused(special("junit.xml", mode)) == "junit.xml: not a regular file"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_whose_output_cannot_be_bounded_is_refused(method: int) -> None:
    out = io.BytesIO(zipped({"canon.json": summary(COMMIT)}))
    with zipfile.ZipFile(out, "a", method) as archive:
        archive.writestr("junit.xml", JUNIT)

    assert refused(out.getvalue()) == "junit.xml: packed in another way than by deflate"


def test_two_files_of_one_name_are_refused() -> None:
    out = io.BytesIO(artifact(COMMIT))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("junit.xml", FAILED)

    assert refused(out.getvalue()) == "junit.xml: 2 files of that name"


def test_a_bomb_is_refused_by_its_size_and_by_its_ratio() -> None:
    large = b" " * (LARGEST_REPORT + 1)

    assert "bytes, more than" in refused(artifact(COMMIT, large))
    assert "packed 300 times smaller" in refused(artifact(COMMIT, large[: 2 * 1024 * 1024]))


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    packed = zlib.compress(b" " * 200 * 1024 * 1024, 9)[2:-4]
    honest = zipped({"canon.json": summary(COMMIT)})
    out = io.BytesIO(honest)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("junit.xml", packed)
    content = bytearray(out.getvalue())
    for signature, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        at = content.rindex(signature)
        struct.pack_into("<H", content, at + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", content, at + size, 1000)

    tracemalloc.start()
    reason = unreadable(bytes(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "not a readable zip file" in reason
    assert peak < 40 * 1024 * 1024


def test_a_log_that_is_refused_leaves_the_results() -> None:
    found = read_artifact(artifact(COMMIT, log=b" " * 2_000_000))

    assert found.attempts[0].results == JUNIT
    assert b"The log was refused: log.txt: 2,000,000 bytes" in found.log


def test_very_many_entries_are_refused_before_they_are_read() -> None:
    files = {f"{number}": b"" for number in range(101)}

    assert unreadable(zipped(files)) == "more than 100 files"


def test_a_directory_whose_count_is_forged_is_refused_by_its_size() -> None:
    content = bytearray(zipped({f"{number}": b"" for number in range(2000)}))
    struct.pack_into("<HH", content, len(content) - 14, 1, 1)

    assert unreadable(bytes(content)) == "more than 100 files"


def test_a_64_bit_end_record_is_refused() -> None:
    content = artifact(COMMIT)
    locator = b"PK\x06\x07" + b"\0" * 16

    assert "4 GiB" in unreadable(content[:-22] + locator + content[-22:])


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[" * 4000,
        b"{}",
        b'{"version": 2, "commit": "a", "runs": []}',
        b'{"version": 1, "commit": "a", "runs": []}',
        b'{"version": 1, "commit": "a", "runs": [1]}',
        summary(COMMIT, [exited(ending="out_of_luck")]),
        summary(COMMIT, [exited(status=-1)]),
        summary(COMMIT, [exited(seconds=1e9)]),
        summary(COMMIT, [exited(seconds=float("nan"))]),
    ],
)
def test_a_summary_that_is_none_makes_the_artifact_unreadable(told: bytes) -> None:
    assert "canon.json" in unreadable(zipped({"canon.json": told}))


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip file at all, but some bytes of text"])
def test_what_is_no_zip_file_is_unreadable(content: bytes) -> None:
    assert unreadable(content) == "not a zip file"


@settings(deadline=None)
@given(st.data())
def test_damage_makes_an_artifact_unreadable_or_leaves_it_as_it_was(data: st.DataObject) -> None:
    content = bytearray(artifact(COMMIT))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        found = read_artifact(bytes(content))
    except UnreadableArtifactError:
        return
    assert found.commit == COMMIT
