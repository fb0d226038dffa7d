from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sandbox.output import BoundedOutput, Lines

pieces = st.lists(st.binary(max_size=30), max_size=30)


@given(pieces, st.integers(1, 40), st.integers(1, 40))
def test_beginning_and_end_are_kept_and_the_middle_counted(
    parts: list[bytes], head: int, tail: int
) -> None:
    output = BoundedOutput(head, tail)
    for part in parts:
        output.add(part)
    whole = b"".join(parts)
    dropped = len(whole) - head - tail
    assert output.total == len(whole)
    if dropped <= 0:
        assert output.text() == whole
    else:
        gap = f"\n[... {dropped} bytes left out ...]\n".encode()
        assert output.text() == whole[:head] + gap + whole[-tail:]


@given(st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"x", b"\n")), max_size=30))
def test_lines_are_whole_however_they_arrive(parts: list[bytes]) -> None:
    lines = Lines(longest=10)
    found = [line for part in parts for line in lines.add(part)]
    *complete, _ = b"".join(parts).split(b"\n")
    assert found == [line for line in complete if 0 < len(line) <= 10]


def test_a_line_without_end_is_not_collected() -> None:
    lines = Lines(longest=10)
    for _ in range(1000):
        assert lines.add(b"x" * 1000) == []
        assert len(lines._rest) <= 10
    assert lines.add(b"end\nnext\n") == [b"next"]
