"""One YAML file -> a tree of plain values that know their place. Built for hostile bytes.

The tree is made from ruamel.yaml's parse events, not from its loaded objects: events come one by
one, so that depth and size are bounded before anything is built, nothing recurses, aliases are
never expanded, no tag makes an object, and a duplicate key is one problem among others instead of
the end of the reading.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from bot.config.problems import Problems, legible, quoted
from bot.config.tree import MAX_DEPTH, Entry, Node
from bot.domain.configuration import Place

MAX_INTEGER = 2**53 - 1
"""What every reader of JSON holds exactly (RFC 8259, section 6)."""

# Python's own errors come through ruamel.yaml: \UFFFFFFFF is no character, `!!int ""` no number.
_PARSER_FAULTS = (
    YAMLError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)

_STANDARD = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Budget:
    """How many values the files of one configuration may still hold."""

    nodes: int = 20_000


def read(path: str, raw: bytes, budget: Budget, problems: Problems) -> Node | None:
    """The file's one document; None, with the reason in `problems`, where there is none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig")
        problems.add(
            _Places(path, before).at(len(before)),
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            expected="a text file in UTF-8",
        )
        return None
    try:
        return _Builder(path, text, budget, problems).build()
    except _UnreadableError:
        return None


class _Places:
    """Turns offsets into places. Lines end as editors see it: LF, CRLF or CR."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._length = len(text)
        self._starts = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", text))]

    def at(self, offset: int) -> Place:
        offset = min(offset, self._length)
        line = bisect_right(self._starts, offset)
        return Place(self._path, line, offset - self._starts[line - 1] + 1)


class _UnreadableError(Exception):
    """Reading on would be useless; the reason is among the problems."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being filled.

    `key` is that of the value that comes next. `skip`: that value is dropped, its key is no good.
    """

    node: Node
    key: tuple[str, Place] | None = None
    skip: bool = False

    @property
    def wants_key(self) -> bool:
        return isinstance(self.node.content, dict) and self.key is None and not self.skip

    def put(self, value: Node) -> None:
        """Take the next item, or the value of the key before it."""
        if isinstance(self.node.content, list):
            self.node.content.append(value)
        elif isinstance(self.node.content, dict) and self.key:
            key, place = self.key
            self.node.content[key] = Entry(place, value)
        self.key, self.skip = None, False


class _Builder:
    """Builds one file's tree."""

    def __init__(self, path: str, text: str, budget: Budget, problems: Problems) -> None:
        self._text = text
        self._budget = budget
        self._problems = problems
        self._places = _Places(path, text)
        self._yaml = YAML(typ="safe", pure=True)
        self._open: list[_Open] = []
        self._root: Node | None = None

    def build(self) -> Node | None:
        for event in self._events():
            if isinstance(event, events.NodeEvent):
                self._take(event)
            elif isinstance(event, events.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, events.DocumentStartEvent):
                if self._root:
                    self._problem(event, "a second document begins", "one document in a file")
                    break
                if event.version not in {None, (1, 2)}:
                    self._problem(event, "another version of YAML is asked for", "YAML 1.2")
        if self._root is None or (self._root.content is None and not self._root.broken):
            self._problems.add(
                self._places.at(0), "the file is empty", expected="keys such as `version: 1`"
            )
            return None
        return self._root

    def _events(self) -> Iterator[events.Event]:
        stream = self._yaml.parse(self._text)
        reached = 0
        while True:
            try:
                event = next(stream)
            except StopIteration:
                return
            except MarkedYAMLError as error:
                mark = error.problem_mark or error.context_mark
                self._refuse(
                    mark.index if mark else 0,
                    f"not YAML: {legible(error.problem or '')}",
                    self._hint(error),
                )
            except ReaderError as error:
                self._refuse(error.position, f"character U+{error.character:04X} is not allowed")
            except _PARSER_FAULTS as error:
                self._refuse(reached, f"not YAML beyond this place: {legible(str(error))}")
            else:
                reached = event.end_mark.index
                yield event

    def _refuse(self, offset: int, message: str, hint: str | None = None) -> NoReturn:
        self._problems.add(self._places.at(offset), message, hint=hint)
        raise _UnreadableError

    def _problem(self, event: events.Event, message: str, expected: str) -> None:
        self._problems.add(self._place(event), message, expected=expected)

    def _place(self, event: events.Event) -> Place:
        return self._places.at(event.start_mark.index)

    def _hint(self, error: MarkedYAMLError) -> str | None:
        for sign, hint in _SLIPS.items():
            if sign in (error.problem or ""):
                return hint
        if error.context and error.context_mark:
            return f"{error.context} from line {self._places.at(error.context_mark.index).line} on"
        return None

    def _take(self, event: events.NodeEvent) -> None:
        self._budget.nodes -= 1
        if self._budget.nodes < 0:
            self._refuse(event.start_mark.index, "the configuration holds too many values")
        if len(self._open) >= MAX_DEPTH:
            self._refuse(event.start_mark.index, f"nested more than {MAX_DEPTH} deep")
        if self._open and self._open[-1].wants_key:
            self._take_key(event, self._open[-1])
            return
        node = self._node(event)
        if self._open and self._open[-1].key and event.start_mark.index == event.end_mark.index:
            # A value that is not there would otherwise be placed at whatever comes next.
            node.place = self._open[-1].key[1]
        if self._open:
            self._open[-1].put(node)
        else:
            self._root = node
        if isinstance(event, events.CollectionStartEvent):
            self._open.append(_Open(node))

    def _take_key(self, event: events.NodeEvent, mapping: _Open) -> None:
        mapping.skip = True
        if isinstance(event, events.CollectionStartEvent):
            self._problem(event, "a list or mapping stands as a key", "text")
            self._open.append(_Open(self._node(event)))
        elif not isinstance(event, events.ScalarEvent):
            self._problem(event, f"alias {quoted(f'*{event.anchor}')} stands as a key", "text")
        elif _CONTROL.search(event.value):
            self._problem(event, f"key {quoted(event.value)}", "text without control characters")
        elif event.value == "<<" and event.implicit[0]:
            self._problem(event, "merge key `<<`", "the keys themselves, written out")
        elif event.value in mapping.node.entries:
            first = mapping.node.entries[event.value].place
            self._problem(
                event,
                f"key {quoted(event.value)} is here twice",
                f"it once, as in line {first.line}",
            )
        else:
            mapping.key, mapping.skip = (event.value, self._place(event)), False

    def _node(self, event: events.NodeEvent) -> Node:
        place = self._place(event)
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, events.AliasEvent):
            self._problem(
                event, f"alias {quoted(f'*{event.anchor}')}", "the value itself, written out"
            )
            return Node(place, None, broken=True)
        is_list = isinstance(event, events.SequenceStartEvent)
        tag = str(getattr(event, "tag", None) or "!")
        foreign = tag not in {"!", _STANDARD + ("seq" if is_list else "map")}
        if foreign:
            self._problem(event, f"tag {quoted(tag)}", "a plain value, without a tag")
        return Node(place, [] if is_list else {}, broken=foreign)

    def _scalar(self, event: events.ScalarEvent, place: Place) -> Node:
        tag = event.ctag
        if tag is None or str(tag) == "!":
            tag = self._yaml.resolver.resolve(ScalarNode, event.value, event.implicit)
        construct = _CONSTRUCTORS.get(str(tag).removeprefix(_STANDARD))
        if construct is None:
            self._problem(event, f"tag {quoted(str(tag))}", "a plain value, without a tag")
            return Node(place, None, broken=True)
        try:
            value = construct(self._yaml.constructor, ScalarNode(tag, event.value))
        except _PARSER_FAULTS:
            wanted: str | None = "a value that fits its type"
        else:
            wanted = _unfit(value)
        if wanted:
            self._problem(event, f"{quoted(event.value)} cannot be used", wanted)
            return Node(place, None, broken=True)
        return Node(place, value, source=event.value)


def _as_text(_: SafeConstructor, node: ScalarNode) -> str:
    return str(node.value)


_CONSTRUCTORS: Mapping[str, Callable[[SafeConstructor, ScalarNode], Any]] = {
    "str": _as_text,
    "timestamp": _as_text,
    "value": _as_text,
    "merge": _as_text,
    "null": lambda _constructor, _node: None,
    "bool": SafeConstructor.construct_yaml_bool,
    "int": SafeConstructor.construct_yaml_int,
    "float": SafeConstructor.construct_yaml_float,
}

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _unfit(value: Any) -> str | None:
    """What is expected instead of a value that JSON, terminals or a database cannot hold."""
    if isinstance(value, str):
        return "text without control characters" if _CONTROL.search(value) else None
    if isinstance(value, float):
        return None if isfinite(value) else "a finite number"
    if isinstance(value, int):
        return None if abs(value) <= MAX_INTEGER else f"a number up to {MAX_INTEGER:,}"
    return None


_SLIPS = {
    "character '\\t'": "indent with spaces; YAML allows no tabs there",
    "mapping values are not allowed": "put quotes around text that holds a colon and a space",
    "expected <block end>": "entries of one list or mapping begin in the same column",
    "could not find expected ':'": "a key is followed by a colon and a space",
}
