import ast
import codecs

import pytest

from bot.scanner.source import read


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"import a\n", b"import a\n", id="ASCII"),
        pytest.param("é = 1\n".encode(), "é = 1\n".encode(), id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + b"import a\n", b"import a\n", id="byte order mark"),
        pytest.param(
            "# -*- coding: latin-1 -*-\né = 1\n".encode("latin-1"),
            "# -*- coding: latin-1 -*-\né = 1\n".encode(),
            id="declared in the first line",
        ),
        pytest.param(
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode(),
            id="declared in the second line",
        ),
        pytest.param(
            b"# coding: utf-7\n+AGk-mport legacy\n",
            b"# coding: utf-7\nimport legacy\n",
            id="an import hidden in UTF-7",
        ),
        pytest.param(
            "# coding: shift_jis\nx = '表'\n".encode("shift_jis"),
            "# coding: shift_jis\nx = '表'\n".encode(),
            id="an encoding with backslashes inside characters",
        ),
        pytest.param(
            b"x = 1\ny = 2\n# coding: latin-1\n",
            b"x = 1\ny = 2\n# coding: latin-1\n",
            id="a declaration too late",
        ),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_text_is_decoded_as_python_decodes_it(content: bytes, text: bytes) -> None:
    source = read(content)
    assert source == (text, None)
    assert ast.dump(ast.parse(content)) == ast.dump(ast.parse(text.decode()))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"import a\n\xff\n", "not UTF-8 on line 2"),
        (b"import a\n\0\n", "null byte on line 2"),
        (b"# coding: klingon\nimport a\n", "unknown encoding klingon"),
        (b"# coding: hex\nimport a\n", "unknown encoding hex"),
        (b"# coding: ascii\n\xe9\n", "not UTF-8 on line 2"),
        (b"# coding: cp1252\n\x81\n", "not in its declared encoding cp1252"),
        (b"# coding: punycode\nimport a\n", "unknown encoding punycode"),
    ],
)
def test_what_python_cannot_decode_is_degraded_but_there(content: bytes, reason: str) -> None:
    source = read(content)
    assert source.problem is not None
    assert (source.problem.reason, source.problem.skipped) == (reason, False)
    assert source.text == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
            "Git LFS pointer",
        ),
        (
            codecs.BOM_UTF16_LE + "x".encode("utf-16-le"),
            "encoded in UTF-16, which Python does not read",
        ),
        (b"\x7fELF\0\0\xff\xfe", "binary"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_skipped(content: bytes, reason: str) -> None:
    source = read(content)
    assert source.problem is not None
    assert (source.problem.reason, source.problem.skipped) == (reason, True)
    assert source.text == b""
