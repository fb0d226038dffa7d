"""Which texts may hold shared state: far cheaper than a parser, and never a no by mistake.

A container matters where it is at the top of a module, or right in a class, and where something
changes it. Names that may be containers are rare, so these come first; then each is looked for.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from bot.scanner import outline
from bot.scanner.reading import Reading

_BUILT_IN: Final = ("bytearray", "dict", "list", "set")
_COLLECTIONS: Final = (
    *("ChainMap", "Counter", "OrderedDict", "UserDict", "UserList", "defaultdict", "deque"),
)
_WEAK: Final = ("WeakKeyDictionary", "WeakSet", "WeakValueDictionary")
CONSTRUCTORS: Final = frozenset(
    [
        *(f"builtins.{name}" for name in (*_BUILT_IN, "dict.fromkeys")),
        *(f"collections.{name}" for name in _COLLECTIONS),
        *(f"weakref.{name}" for name in _WEAK),
    ]
)
MUTATORS: Final = (
    *("add", "append", "appendleft", "clear", "difference_update", "discard", "extend"),
    *("extendleft", "insert", "intersection_update", "move_to_end", "pop", "popitem", "popleft"),
    *("remove", "reverse", "rotate", "setdefault", "sort", "subtract"),
    *("symmetric_difference_update", "update", "__delitem__", "__setitem__"),
)

_WORD: Final = rb"[\w\x80-\xff]+"
_GAP: Final = rb"[\s\\]*"  # with line breaks: inside brackets, or after a backslash
_IN_PLACE: Final = rb"[ \t]*(?:[-+*/%&|^@]|//|\*\*|<<|>>)="
_MUTATED: Final = rb"%b\.%b(?:%b)%b\(" % (_GAP, _GAP, "|".join(MUTATORS).encode(), _GAP)
_IMPORTED: Final = "|".join((*_COLLECTIONS, *_WEAK)).encode()
_MADE: Final = rb"=(?:[^=\n]*(?:[\[{]|\b(?:%b|%b)\b)|[ \t]*(?:\\|\([ \t\r]*(?:#[^\n]*)?)\n)" % (
    "|".join(_BUILT_IN).encode(),
    _IMPORTED,
)

# Expressions of RE2, for whole texts.
_GLOBAL: Final = rb"(?m)(?:^|[;:])[ \t\f]*global[ \t\f\\]"
_INSTANCE: Final = rb"\b_\w*instances?\b"
_CACHE: Final = (
    rb"\blru_cache\b|\bfunctools"
    rb"(?:[ \t]+as\b|%b\.%bcache\b|%bimport\b(?:[^\n]*|%b\([^)]*)\bcache\b)"
) % (_GAP, _GAP, _GAP, _GAP)
# At the top of a module, on a line of its own or in a block that is no function or class.
_TARGETS: Final = rb"(%b(?:[ \t]*[,=][ \t]*%b)*)[ \t]*(?::[^\n]*)?%b" % (_WORD, _WORD, _MADE)
_TOP: Final = rb"(?m)^(?:%b[^\n]*:[ \t]*|[^\n]*;[ \t]*)?%b" % (outline.BLOCK, _TARGETS)
_TOP_BLOCK: Final = rb"(?m)^%b[^\n]*\n(?:[^\n]*\n)*?[ \t]+%b" % (outline.BLOCK, _TARGETS)
_ATTRIBUTE: Final = rb"\.%b(%b)(?:%b|[ \t]*\[|%b)" % (_GAP, _WORD, _MUTATED, _IN_PLACE)
_INDENTED: Final = rb"(?m)^([ \t]*)(?:class\b[^\n]*:[ \t]*|[^\n]*;[ \t]*)?%b" % _TARGETS
# A constructor by another name: what it makes does not look like a container.
_RENAMED: Final = (
    rb"(?m)(?:\b(?:%b)[ \t]+as\b|^[ \t]*%b[ \t]*=[ \t]*(?:\w+\.)?(?:%b|%b)[ \t\r]*$)"
    % (
        _IMPORTED,
        _WORD,
        "|".join(_BUILT_IN).encode(),
        _IMPORTED,
    )
)

_EXPRESSIONS: Final = {
    "global": (_GLOBAL,),
    "module-mutable": (_TOP, _TOP_BLOCK, _RENAMED),
    "cached-factory": (_CACHE, _TOP, _TOP_BLOCK, _RENAMED, _ATTRIBUTE),
    "class-mutable": (_ATTRIBUTE,),
    "singleton": (_INSTANCE,),
}

# And for single places.
_WORDS: Final = re.compile(_WORD)
_BLOCK_LINE: Final = re.compile(rb"^[ \t]+(?:[^\n]*;[ \t]*)?%b" % _TARGETS, re.MULTILINE)
_HEADER: Final = re.compile(rb"(?:async[ \t]+)?(class|def|case|%b)\b" % outline.BLOCK)
_CHANGED: Final = re.compile(rb"(?:%b|%b)" % (_MUTATED, _IN_PLACE))
_SUBSCRIPT: Final = re.compile(rb"[ \t]*\[")
_SUBSCRIPTS: Final = re.compile(rb"(?:[ \t]*\[[^\[\]\n]*\])+(?![ \t]*\[)")
_STORED: Final = re.compile(rb"[ \t]*(?:\\|:[^\n]*=|=(?!=))|%b" % _IN_PLACE)
_MORE_TARGETS: Final = re.compile(rb"[ \t]*[,)\]](?:[ \t\r]*$|[^\n]*=)", re.MULTILINE)
_TARGETS_ONLY: Final = re.compile(rb"[^=:#]*(?<![\w\x80-\xff\])][ \t(])")
_TARGET_AFTER: Final = re.compile(rb"\b(?:as|del|for)\b")
_TRIPLE_QUOTE: Final = re.compile(rb"\"\"\"|'''")


def hints(constructs: Sequence[str]) -> Callable[[Reading], bool]:
    """Whether it takes a parser to tell if a reading holds one of the constructs."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    first = re2.Set.SearchSet(options)
    for expression in dict.fromkeys(one for name in constructs for one in _EXPRESSIONS[name]):
        first.Add(expression)
    first.Compile()

    def suspected(reading: Reading) -> bool:
        text = reading.compared
        return bool(first.Match(text)) and any(_CHECKS[name](text) for name in constructs)

    return suspected


def _matches(expression: bytes) -> Callable[[bytes], bool]:
    return lambda text: _compiled(expression).search(text) is not None


def _may_cache(text: bytes) -> bool:
    if b"cache" in text and _compiled(_CACHE).search(text):
        return True
    return _changes_top(text) or _changes_attribute(text)


def _changes_top(text: bytes) -> bool:
    """Whether something changes what may be a container at the top of the module."""
    if _compiled(_RENAMED).search(text):
        return True
    lines = list(_compiled(_TOP).findall(text))
    if _compiled(_TOP_BLOCK).search(text):
        lines += [line for block in outline.blocks(text) for line in _BLOCK_LINE.findall(block)]
    names = {name for line in lines for name in _WORDS.findall(line)}
    return any(_is_changed(text, name, attribute=False) for name in names)


def _changes_attribute(text: bytes) -> bool:
    """Whether something changes an attribute of what may be a container right in a class."""
    if b"class" not in text:
        return False
    changed = set(_compiled(_ATTRIBUTE).findall(text))
    if not changed:
        return False
    if _compiled(_RENAMED).search(text):
        return True
    for found in _compiled(_INDENTED).finditer(text):
        names = changed.intersection(_WORDS.findall(found[2]))
        if (
            names
            and _may_be_in_class(text, found.start(), len(found[1]))
            and any(_is_changed(text, name, attribute=True) for name in names)
        ):
            return True
    return False


def _is_changed(text: bytes, name: bytes, *, attribute: bool) -> bool:
    """Whether something may change what has a name, or is an attribute of that name."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        after = text[end : end + 1]
        if after in b".[ \\\n\t\r+-*/%&|^@<>" and after:
            before = text[max(start - 32, 0) : start]
            is_whole = not _WORDS.match(before, len(before) - 1) if before else True
            if is_whole and before.rstrip(b" \t\r\n\\").endswith(b".") == attribute:
                if _CHANGED.match(text, end):
                    return True
                if _SUBSCRIPT.match(text, end) and _may_be_stored(text, start, end):
                    return True
        start = text.find(name, end)
    return False


def _may_be_stored(text: bytes, start: int, end: int) -> bool:
    """Whether a subscript of the name at `start` may be the target of an assignment."""
    subscripts = _SUBSCRIPTS.match(text, end)
    if subscripts is None or _STORED.match(text, subscripts.end()):
        return True
    before = text[text.rfind(b"\n", 0, start) + 1 : start]
    if _TARGET_AFTER.search(before):
        return True
    more = _MORE_TARGETS.match(text, subscripts.end())
    return more is not None and _TARGETS_ONLY.fullmatch(before) is not None


def _may_be_in_class(text: bytes, line: int, depth: int) -> bool:
    """Whether a statement may be right in a class, by the lines above it that are less indented."""
    if text.startswith(b"class", line + depth):
        return True
    end = line
    while end > 0:
        start = text.rfind(b"\n", 0, end - 1) + 1
        code = text[start : end - 1].lstrip(b" \t\f")
        indentation = end - 1 - start - len(code)
        end = start
        if indentation >= depth or not code.strip() or code.startswith(b"#"):
            continue
        header = _HEADER.match(code)
        if header is not None and header[1] in {b"class", b"def"}:
            return header[1] == b"class"
        if header is not None:
            depth = indentation
        elif code[:1] in b")]}":  # of a header that takes several lines, and begins where it ends
            depth = indentation + 1
        else:  # the rest of another statement, unless there is a string between
            return _TRIPLE_QUOTE.search(text, start, line) is not None
    return False


@cache
def _compiled(expression: bytes) -> "re.Pattern[bytes]":
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    compiled: re.Pattern[bytes] = re2.compile(expression, options)
    return compiled


_CHECKS: Final[dict[str, Callable[[bytes], bool]]] = {
    "global": _matches(_GLOBAL),
    "module-mutable": _changes_top,
    "cached-factory": _may_cache,
    "class-mutable": _changes_attribute,
    "singleton": _matches(_INSTANCE),
}
