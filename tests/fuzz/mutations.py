"""Texts that are nearly Python: programs put together from pieces, then damaged a little."""

from collections.abc import Sequence
from random import Random

_NAMES = (b"a", b"pkg", b"legacy", b"_import", b"importer", "größe".encode(), "\ufb01x".encode())
_SPACES = (b" ", b" ", b" ", b"  ", b"\t", b" \\\n ", b"\\\n", b"\f")
_STRING_PARTS = (
    b"import legacy",
    b"\nimport legacy\n",
    b"\nfrom pkg import legacy\n",
    b"# import legacy",
    b"\\\\",
    b"\\'",
    b'\\"',
    b"\\\n",
    b"{a}",
    b"{a!r:>{b}}",
    b'{a["x"]}',
    b"{{",
    b"}}",
    "é".encode(),
    b"''",
    b'""',
    b" ",
)
_PREFIXES = (b"", b"", b"r", b"b", b"rb", b"u", b"f", b"F", b"fr", b"Rb")
_QUOTES = (b"'", b'"', b"'''", b'"""')
_HEADERS = (
    b"def f():",
    b"async def f(a,\n        b):",
    b"def f(\n    a,\n):",
    b"class C(object):",
    b"if x:",
    b"if TYPE_CHECKING:",
    b"if typing.TYPE_CHECKING:  # import a",
    b"while x:",
    b"for x in y:",
    b"with open(x) as y:",
    b"match x:\n    case 1:",
)
_SIMPLE = (
    b"pass",
    b"important = 1",
    b"x = [\n1,\n]  # import legacy",
    b"# import a",
    b"x = (1,\n# '''\n2)",
    b"__import__('a')",
    b"return",
    b"x: int = 1",
    b"print(x, end='')",
    b"lambda: 1",
)
_DAMAGE = (
    b"import ",
    b"from ",
    b"from . import a",
    b"import a",
    b" as b",
    b", b",
    b"(",
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
    b"'",
    b'"',
    b"'''",
    b'"""',
    b"#",
    b"\\",
    b"\\\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\f",
    b"\t",
    b" ",
    b";",
    b":",
    b".",
    b"*",
    b"=",
    b"\x00",
    b"\x0b",
    b"\x1c",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xff",
    b"\xef\xbb\xbf",
    b"# coding: latin-1\n",
    b"# -*- coding: utf-8 -*-\n",
    b'f"',
    b"f'''",
    b"\xef\xbd\x89mport",
)


def program(random: Random) -> bytes:
    """A module that is often valid."""
    text = _block(random, b"", 0)
    if random.random() < 0.2:
        text = text.replace(b"\n", random.choice((b"\r\n", b"\r\n", b"\r")))
    if random.random() < 0.1:
        text = random.choice((b"\f", b"\xef\xbb\xbf", b"#!/bin/x\n", b"# coding: utf-8\n")) + text
    return text if random.random() < 0.9 else text.rstrip(b"\r\n")


def damaged(random: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    """`text` with a few things put in, taken out, or brought in from another text."""
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.choice((0, 0, 0, 1, 2, 5, 20)))
        text = text[:start] + _insertion(random, others) + text[end:]
    return text


def _insertion(random: Random, others: Sequence[bytes]) -> bytes:
    if not others or random.random() < 0.8:
        return random.choice((*_DAMAGE, b""))
    other = random.choice(others)
    start = random.randint(0, len(other))
    return other[start : start + random.randint(1, 60)]


def _block(random: Random, indentation: bytes, depth: int) -> bytes:
    return b"".join(
        _statement(random, indentation, depth) for _ in range(random.choice((1, 1, 2, 3)))
    )


def _statement(random: Random, indentation: bytes, depth: int) -> bytes:
    kind = random.random()
    if depth == 3 or kind < 0.65:
        return indentation + _simple(random) + b"\n"
    inner = indentation + random.choice((b"    ", b"    ", b"  ", b"\t"))
    if kind < 0.85:
        headers = [random.choice(_HEADERS)]
    elif kind < 0.95:
        headers = [b"try:", random.choice((b"except ImportError:", b"finally:", b"except*E as e:"))]
    else:
        headers = [b"if TYPE_CHECKING:", random.choice((b"else:", b"elif x:"))]
    blocks = (indentation + header + b"\n" + _block(random, inner, depth + 1) for header in headers)
    return b"".join(blocks)


def _simple(random: Random) -> bytes:
    made = random.choice((_import, _import, _from, _from, _from, _string, _plain))(random)
    if random.random() < 0.1:
        made += random.choice((b"; ", b" ;")) + _import(random)
    if random.random() < 0.15:
        made += b"  # " + random.choice(_STRING_PARTS).replace(b"\n", b" ")
    return made


def _plain(random: Random) -> bytes:
    return random.choice(_SIMPLE)


def _string(random: Random) -> bytes:
    quotes = random.choice(_QUOTES)
    inside = b"".join(random.choices(_STRING_PARTS, k=random.randint(0, 4)))
    made = random.choice(_PREFIXES) + quotes + inside + quotes
    return random.choice((b"%b", b"x = %b", b"x = (%b,\n  1)", b"f(%b)")) % made


def _dotted(random: Random) -> bytes:
    parts = random.choices(_NAMES, k=random.choice((1, 1, 2, 3)))
    return random.choice((b".", b".", b".", b" . ")).join(parts)


def _import(random: Random) -> bytes:
    names = [
        _dotted(random) + random.choice((b"", b"", b" as x", b"  as\tlegacy"))
        for _ in range(random.choice((1, 1, 2)))
    ]
    return b"import" + random.choice(_SPACES) + random.choice((b",", b", ", b" , ")).join(names)


def _from(random: Random) -> bytes:
    dots = random.choice((b"", b"", b".", b"..", b"...", b". ."))
    module = _dotted(random) if not dots or random.random() < 0.5 else b""
    start = b"from" + random.choice(_SPACES) + dots + module + random.choice(_SPACES) + b"import"
    if random.random() < 0.1:
        return start + random.choice((b" *", b"*"))
    names = [
        random.choice(_NAMES) + random.choice((b"", b"", b" as y", b"\tas\tz"))
        for _ in range(random.choice((1, 2, 3)))
    ]
    if random.random() < 0.5:
        return start + random.choice(_SPACES) + random.choice((b", ", b",")).join(names)
    gap = random.choice((b"", b" ", b"\n", b"\n    ", b" # import x\n", b" # )\n  ", b"\\\n"))
    return start + b" (" + gap + (b"," + gap).join(names) + random.choice((b"", b",")) + gap + b")"
