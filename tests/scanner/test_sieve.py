import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scanner.probes import DefinitionProbe, ImportProbe, Probe, Query, words
from bot.scanner.sieve import Sieve, one_by_one, with_hyperscan, with_re2

_MANY = [ImportProbe(f"pkg.{name}") for name in ("alpha", "beta", "gamma", "delta", "größe", "al")]

_ITEMS = [(words(probe)[0], 1 << number) for number, probe in enumerate(_MANY)]
_FINDERS = [one_by_one(_ITEMS), with_re2(_ITEMS), with_hyperscan(_ITEMS)]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="alphbetgmdrßeö \0\n", max_size=80).map(str.encode))
def test_all_words_at_once_are_found_as_one_by_one(text: bytes) -> None:
    together = Sieve(_MANY).sift(text)
    singly = sum(Sieve([probe]).sift(text) << number for number, probe in enumerate(_MANY))
    assert together == singly


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        (ImportProbe("pkg.legacy"), (b"legacy",)),
        (ImportProbe("legacy"), (b"legacy",)),
        (DefinitionProbe("Router", True), (b"Router",)),
        (DefinitionProbe(r"\w*Router\w*", True), (b"Router",)),
        (DefinitionProbe("Manager|Factory", True), (b"Manager", b"Factory")),
        (DefinitionProbe("get_.*_manager", False), (b"_manager",)),
        (DefinitionProbe("Rout(er)?", True), ()),
        (DefinitionProbe("Manager|.*", True), ()),
        (DefinitionProbe("Routers?", True), ()),
        (DefinitionProbe("(?i)router", True), ()),
        (DefinitionProbe(r"\d+Router", True), ()),
    ],
)
def test_words_are_taken_only_where_no_match_can_do_without(
    probe: Probe, expected: tuple[bytes, ...]
) -> None:
    assert words(probe) == expected


def test_a_probe_without_words_may_hit_any_text() -> None:
    assert Sieve([ImportProbe("a.legacy"), DefinitionProbe(".*", True)]).sift(b"") == 0b10


def test_the_digest_of_a_query_changes_with_its_probes() -> None:
    one = Query((ImportProbe("a"),), 1000)
    assert one.digest() == Query((ImportProbe("a"),), 1000).digest()
    others = [Query((ImportProbe("b"),), 1000), Query((ImportProbe("a"),), 1001), Query((), 1000)]
    assert len({one.digest(), *(other.digest() for other in others)}) == 4


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="alphbetgmdrßeö \0\n", max_size=80).map(str.encode))
def test_every_way_of_finding_words_finds_the_same(text: bytes) -> None:
    found = {find(text) for find in _FINDERS if find is not None}
    assert len(found) == 1
