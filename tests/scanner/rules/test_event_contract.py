import pytest

from bot.domain.configuration import Rule
from bot.domain.scan import Scan
from bot.scanner.rules.event_contract import Parameters
from tests.support.trees import Files, Shelf, configured, scan_files

_BOTH = "emit('started')\nemit('completed')\n"


def _rule(*calls: str) -> Rule:
    parameters = Parameters(
        events=("started", "completed"), emitters=("events/**",), calls=calls or ("emit",)
    )
    return Rule(id="r", kind="event-contract", parameters=parameters)


def _scan(files: Files, *calls: str) -> Scan:
    return scan_files(_rule(*calls), files)


def _elsewhere(text: str | bytes, *calls: str) -> list[tuple[int, int, str]]:
    """What is found in a file that is no emitter."""
    scan = _scan({"events/e.py": _BOTH, "app.py": text}, *calls)
    return [(one.line, one.column, one.symbol) for one in scan.violations if one.path == "app.py"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param("emit('started')\n", 1, 6, id="a function"),
        pytest.param("self.bus.emit('started')\n", 1, 15, id="a method"),
        pytest.param("emit(1, 'started')\n", 1, 9, id="another position"),
        pytest.param("emit(name='started')\n", 1, 11, id="a keyword"),
        pytest.param("async def f():\n    await emit('started')\n", 2, 16, id="async"),
        pytest.param("emit('star' 'ted')\n", 1, 6, id="in pieces"),
        pytest.param("emit(f'started')\n", 1, 6, id="an f-string without fields"),
        pytest.param("emit('''started''')\n", 1, 6, id="triple quotes"),
        pytest.param("emit('\\x73tarted')\n", 1, 6, id="escaped"),
        pytest.param("E = 'started'\nemit(E)\n", 2, 6, id="a constant"),
        pytest.param("emit('started' if x else 'no')\n", 1, 6, id="a condition"),
        pytest.param("from bus import emit as send\nsend('started')\n", 2, 6, id="an alias"),
        pytest.param("send = emit\nsend('started')\n", 2, 6, id="an assignment"),
        pytest.param("@emit('started')\ndef f(): ...\n", 1, 7, id="a decorator"),
        pytest.param("x = [\n\n  emit('started')]\r\n", 3, 8, id="many lines"),
    ],
)
def test_an_event_is_emitted_outside_the_emitters(text: str, line: int, column: int) -> None:
    assert _elsewhere(text) == [(line, column, "started")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# emit('started')\n", id="a comment"),
        pytest.param("\"emit('started')\"\n", id="a string"),
        pytest.param("emit('started_twice')\n", id="another event"),
        pytest.param("emitter('started')\n", id="another function"),
        pytest.param("log('started')\n", id="no emitting function"),
        pytest.param("emit(f'started{x}')\n", id="a text that nobody knows"),
        pytest.param("emit(['started'])\n", id="within an argument"),
        pytest.param("emit(b'started')\n", id="bytes"),
        pytest.param("def f(emit):\n    emit('started')\n", id="a parameter"),
        pytest.param("emit\n('started')\n", id="no call"),
    ],
)
def test_nothing_is_emitted(text: str) -> None:
    assert _elsewhere(text) == []


def test_a_dotted_name_tells_emitting_functions_apart() -> None:
    assert len(_elsewhere("import bus\nbus.emit('started')\n", "bus.emit")) == 1
    assert len(_elsewhere("self.bus.emit('started')\n", "bus.emit")) == 1
    assert _elsewhere("other.emit('started')\n", "bus.emit") == []


def test_every_event_that_nobody_emits_is_named_at_the_rule() -> None:
    scan = _scan({"events/e.py": "emit('started')\n", "app.py": "emit('completed')\n"})
    assert [(one.path, one.symbol, one.via) for one in scan.violations] == [
        (".github/canon.yml", "completed", "absence"),
        ("app.py", "completed", "call"),
    ]


def test_without_any_file_every_event_is_missing() -> None:
    assert [one.symbol for one in _scan({}).violations] == ["started", "completed"]


def test_after_a_change_only_what_changed_is_read_and_the_whole_is_concluded_anew() -> None:
    shelf = Shelf()
    configuration = configured(_rule())
    files = {"events/a.py": "emit('started')\n", "events/b.py": "emit('completed')\n", "c.py": ""}
    before = shelf.engine.scan(configuration, shelf.trees.add(files))
    shelf.examinations.asked.clear()
    changed = {**files, "events/b.py": "x = 1\n"}
    after = shelf.engine.scan(configuration, shelf.trees.add(changed))
    assert (before.violations, [one.symbol for one in after.violations]) == ((), ["completed"])
    assert [one.path for one in shelf.examinations.asked] == ["events/b.py"]
    assert after.timing.cache_misses == 1
