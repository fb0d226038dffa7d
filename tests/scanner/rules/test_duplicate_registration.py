import pytest

from bot.domain.configuration import Rule
from bot.domain.scan import Scan
from bot.scanner.rules.duplicate_registration import Parameters
from tests.support.trees import Files, Shelf, configured, scan_files


def _rule(call: str = "register", key: int | str = 0) -> Rule:
    return Rule(id="r", kind="duplicate-registration", parameters=Parameters(call=call, key=key))


def _scan(files: Files, call: str = "register", key: int | str = 0) -> Scan:
    return scan_files(_rule(call, key), files)


def _lines(text: str, call: str = "register", key: int | str = 0) -> list[int]:
    return [one.line for one in _scan({"a.py": text}, call, key).violations]


_FIRST = "from h import a, b\nregister('k', a)\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("register('k', b)\n", id="another handler"),
        pytest.param("register('k', lambda: 1)\n", id="a lambda"),
        pytest.param("self.bus.register('k', b)\n", id="a method"),
        pytest.param("register(f'k', b)\n", id="an f-string without fields"),
        pytest.param("K = 'k'; register(K, b)\n", id="a constant"),
        pytest.param("from r import register as add; add('k', b)\n", id="an alias"),
        pytest.param("@register('k')\n", id="a decorator"),
        pytest.param("register('k', a, once=True)\n", id="other arguments"),
        pytest.param("register('k', handler=a)\n", id="the handler by keyword"),
    ],
)
def test_a_second_handler_is_found_where_it_is_registered(text: str) -> None:
    body = f"{text}def f(): ...\n" if text.startswith("@") else text
    assert _lines(_FIRST + body) == [3]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("register('k', a)\n", id="the same handler"),
        pytest.param("import h\nregister('k', h.a)\n", id="the same by another path"),
        pytest.param("c = a\nregister('k', c)\n", id="the same by another name"),
        pytest.param("register('l', b)\n", id="another key"),
        pytest.param("register(b'k', b)\n", id="a key of another type"),
        pytest.param("register(x(), b)\n", id="a key that only running tells"),
        pytest.param("for k in ks: register(k, b)\n", id="a loop's variable"),
        pytest.param("register(*ks, b)\n", id="a starred key"),
        pytest.param("# register('k', b)\n", id="a comment"),
        pytest.param("'register(k, b)'\n", id="a string"),
        pytest.param("def f(register): register('k', b)\n", id="a parameter"),
        pytest.param("unregister('k', b)\n", id="another function"),
        pytest.param("register\n", id="no call"),
    ],
)
def test_is_no_second_handler(text: str) -> None:
    assert _lines(_FIRST + text) == []


def test_registrations_are_compared_across_files_in_the_order_of_paths() -> None:
    files = {
        "b.py": "from h import b\nregister('k', b)\n",
        "a.py": "from h import a\nregister('k', a)\n",
        "c.py": "from h import a\nregister('k', a)\n",
    }
    (found,) = _scan(files).violations
    assert (found.path, found.symbol, found.details) == ("b.py", "k", {"first": "a.py:2"})


def test_local_handlers_of_two_files_are_two() -> None:
    text = "def f(): ...\nregister('k', f)\n"
    assert len(_scan({"a.py": text, "b.py": text}).violations) == 1


def test_two_decorated_functions_are_two_handlers_and_methods_too() -> None:
    text = (
        "class A:\n    @on('k')\n    def f(self): ...\n    @on('k')\n    async def g(self): ...\n"
    )
    assert _lines(text, "on") == [4]


def test_a_key_may_be_a_keyword_or_a_later_position() -> None:
    text = "add(1, 'k', a)\nadd(2, 'k', b)\nadd(1, a, key='k')\n"
    assert _lines(text, "add", 1) == [2]
    assert _lines("add(a, key='k')\nadd(b, key='k')\nadd(a, 'k')\n", "add", "key") == [2]


def test_after_a_change_only_what_changed_is_read_and_the_whole_is_concluded_anew() -> None:
    shelf = Shelf()
    configuration = configured(_rule())
    files = {"a.py": "from h import a\nregister('k', a)\n", "b.py": "x = 1\n", "c.py": ""}
    before = shelf.engine.scan(configuration, shelf.trees.add(files))
    shelf.examinations.asked.clear()
    changed = {**files, "b.py": "from h import b\nregister('k', b)\n"}
    after = shelf.engine.scan(configuration, shelf.trees.add(changed))
    assert (before.violations, [one.path for one in after.violations]) == ((), ["b.py"])
    assert [one.path for one in shelf.examinations.asked] == ["b.py"]
    assert after.timing.cache_misses == 1
