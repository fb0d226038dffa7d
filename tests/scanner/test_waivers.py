import ast
import time
import warnings
from datetime import date
from io import StringIO
from tokenize import COMMENT, TokenError, generate_tokens

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.configuration import Rule
from bot.domain.scan import Scan, WaiverProblem
from bot.domain.violation import Waiver
from bot.scanner.rules.absent_file import Parameters as AbsentFile
from bot.scanner.rules.banned_import import Parameters as BannedImport
from bot.scanner.waivers import waiver_comments
from tests.support.trees import Shelf, configured, scan_files

_IMPORTS = Rule(id="imports", kind="banned-import", parameters=BannedImport(modules=("legacy",)))
_GONE = Rule(id="gone", kind="absent-file", parameters=AbsentFile(files=("old/**",)))
_FORM = 'until=2026-12-31 by=@alice reason="waits for v2"'
_GIVEN = Waiver(reason="waits for v2", by="@alice", until="2026-12-31")
_WAIVER = f"# canon: allow[imports] {_FORM}"


def _scan(text: str) -> Scan:
    return scan_files(_IMPORTS, {"a.py": text})


def _waived(text: str) -> list[int]:
    return [one.line for one in _scan(text).violations if one.waiver]


def _problems(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in _scan(text).waivers]


def test_a_waiver_on_the_line_waives_with_its_reason_owner_and_date() -> None:
    (violation,) = _scan(f"import legacy  {_WAIVER}\n").violations
    assert violation.waiver == _GIVEN


def test_a_waiver_on_the_line_above_waives() -> None:
    assert _waived(f"{_WAIVER}\nimport legacy\n") == [2]


def test_a_waiver_beside_code_does_not_reach_the_next_line() -> None:
    assert _waived(f"x = 1  {_WAIVER}\nimport legacy\n") == []


def test_waivers_may_be_stacked_above_a_line() -> None:
    other = _WAIVER.replace("imports", "gone")
    assert _waived(f"{_WAIVER}\n{other}\nimport legacy\n") == [3]


def test_a_waiver_covers_one_line_only() -> None:
    assert _waived(f"{_WAIVER}\nimport legacy\nimport legacy\n") == [2]


def test_a_waiver_may_follow_another_comment() -> None:
    assert _waived(f"import legacy  # noqa: F401  {_WAIVER}\n") == [1]


def test_a_waiver_covers_the_name_inside_parentheses() -> None:
    assert _waived(f"from legacy import (\n    A,  {_WAIVER}\n    B,\n)\n") == [2]


def test_one_waiver_may_name_several_rules() -> None:
    text = f"import legacy  # canon: allow[gone, imports] {_FORM}\n"
    shelf = Shelf()
    scan = shelf.engine.scan(configured(_IMPORTS, _GONE), shelf.trees.add({"old/a.py": text}))
    assert [(one.rule, one.waiver) for one in scan.violations] == [
        ("gone", _GIVEN),
        ("imports", _GIVEN),
    ]


def test_the_fields_may_come_in_any_order() -> None:
    fields = 'reason="waits for v2" until=2026-12-31 by=@alice'
    (violation,) = _scan(f"import legacy  # canon: allow[imports] {fields}\n").violations
    assert violation.waiver == _GIVEN


@pytest.mark.parametrize(
    "text",
    [
        f"x = '{_WAIVER}'\n",
        f'x = """\n{_WAIVER}\n"""\n',
        f"x = rf'''\n{_WAIVER}\n'''\n",
        f"// canon: allow[imports] {_FORM}\n",
        "# canon: allowed by the team\n",
    ],
)
def test_what_is_no_comment_is_no_waiver(text: str) -> None:
    assert (_scan(text).waivers, _scan(text).violations) == ((), ())


@pytest.mark.parametrize(
    "text",
    ["é = 'ü'\r\n{}\r\nimport legacy\r\n", "\f\n{}\rimport legacy\r", "\ufeff#\n{}\nimport legacy"],
)
def test_lines_are_pythons_lines(text: str) -> None:
    assert _waived(text.format(_WAIVER)) == [3]


def test_waived_violations_are_counted_apart() -> None:
    scan = _scan(f"import legacy  {_WAIVER}\nimport legacy.b\n")
    (rule,) = scan.migrations[0].rules
    assert (rule.count, rule.waived, rule.files) == (1, 1, 1)


def test_a_file_whose_violations_are_all_waived_is_none_of_the_files() -> None:
    (rule,) = _scan(f"import legacy  {_WAIVER}\n").migrations[0].rules
    assert (rule.count, rule.waived, rule.files) == (0, 1, 0)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ("until=2026-12-31 by=@alice", 'lacks reason="..."'),
        ('by=@alice reason="x"', "lacks until=2026-12-31"),
        ('until=2026-12-31 reason="x"', "lacks by=@owner"),
        ('until=2026-12-31 by=@alice reason=" "', 'lacks reason="..."'),
        ('until=soon by=@alice reason="x"', "has a date that is none: 'soon'"),
        ('until=2026-02-30 by=@alice reason="x"', "has a date that is none"),
        ('until=20261231 by=@alice reason="x"', "has a date that is none"),
        ('until=2026-12-31 by=alice reason="x"', "has an owner that is none: 'alice'"),
        ("until=2026-12-31 by=@alice reason=waits for v2", "cannot be read from 'for v2' on"),
        (f"{_FORM} by=@bob", "has by twice"),
        (f"{_FORM} for=ever", "cannot be read from 'for=ever' on"),
    ],
)
def test_a_waiver_at_fault_waives_nothing_and_is_a_violation_itself(
    fields: str, fault: str
) -> None:
    scan = _scan(f"import legacy  # canon: allow[imports] {fields}\n")
    waiver, violation = scan.violations
    assert waiver.symbol == "canon: allow[imports]"
    assert waiver.message.startswith(f"this waiver {fault}")
    assert (waiver.waiver, violation.waiver) == (None, None)
    assert scan.counts()[7, "imports"] == 2


def test_waivers_at_fault_have_fingerprints_of_their_own() -> None:
    found = _scan("# canon: allow[imports]\nx = 1\n# canon: allow[imports]\n").violations
    assert len({one.fingerprint for one in found}) == len(found) == 2


def test_a_waiver_that_names_no_rule_is_listed() -> None:
    ((line, reason),) = _problems("# canon: allow this\n")
    assert (line, reason.partition(":")[0]) == (1, "this waiver does not name its rules")


def test_a_waiver_of_an_unknown_rule_is_listed() -> None:
    text = f"# canon: allow[importz] {_FORM}\n"
    assert _problems(text) == [(1, "there is no rule importz")]


def test_a_waiver_without_a_violation_is_listed() -> None:
    assert _problems(f"x = 1\nimport new  {_WAIVER}\n") == [
        (2, "there is no violation of imports here to waive")
    ]


def test_a_waiver_in_force_is_not_listed() -> None:
    assert _problems(f"import legacy  {_WAIVER}\n") == []


def test_a_waiver_holds_on_its_last_day_and_not_after_without_a_new_look_at_the_tree() -> None:
    shelf = Shelf()
    tree = shelf.trees.add({"a.py": f"import legacy  {_WAIVER}\n"})
    shelf.today = date(2026, 12, 31)
    last = shelf.engine.scan(configured(_IMPORTS), tree)
    shelf.today = date(2027, 1, 1)
    asked = len(shelf.examinations.asked)
    after = shelf.engine.scan(configured(_IMPORTS), tree)
    assert (last.counts()[7, "imports"], last.waivers) == (0, ())
    assert after.counts()[7, "imports"] == 1
    assert after.waivers == (
        WaiverProblem("a.py", 1, "expired on 2026-12-31, given by @alice: waits for v2"),
    )
    assert len(shelf.examinations.asked) == asked


def test_a_waiver_in_force_goes_before_one_that_expired() -> None:
    old = _WAIVER.replace("2026", "2020")
    assert _waived(f"{old}\nimport legacy  {_WAIVER}\n") == [2]


@pytest.mark.parametrize(
    "comment",
    [
        "// canon: allow[gone] {}",
        "-- canon: allow[gone] {}",
        "<!-- canon: allow[gone] {} -->",
        "/* canon: allow[gone] {} */",
        "# canon: allow[gone] {}",
    ],
)
def test_other_languages_have_their_own_comment_signs(comment: str) -> None:
    (violation,) = scan_files(_GONE, {"old/a.txt": comment.format(_FORM)}).violations
    assert violation.waiver == _GIVEN


def test_waivers_are_read_up_to_a_string_that_is_never_closed() -> None:
    text = f"import legacy  {_WAIVER}\nx = '''\n{_WAIVER}\n"
    assert _waived(text) == [1]


def test_a_file_that_does_not_parse_still_gives_its_waivers() -> None:
    assert _waived(f"import legacy  {_WAIVER}\nprint 'x'\n") == [1]


def test_text_that_is_not_utf_8_can_be_reported() -> None:
    (found, _) = waiver_comments(b"# canon: allow[a] \xff\n")
    found.fault.encode()


@settings(deadline=None)
@given(st.text(alphabet="#'\"\\\n\r [](){}=@-:ax", max_size=60))
def test_any_text_around_a_waiver_is_taken(text: str) -> None:
    for found in waiver_comments(f"{text} {_WAIVER} {text}".encode()):
        assert 1 <= found.line <= found.covers


def _tokenized(text: str) -> list[int] | None:
    """The lines of waivers by the tokenizer; None for what is no Python."""
    try:
        ast.parse(text)
        tokens = list(generate_tokens(StringIO(text, newline=None).readline))
    except (SyntaxError, TokenError, ValueError):
        return None
    comments = [token for token in tokens if token.type == COMMENT]
    return [token.start[0] for token in comments if _WAIVER in token.string]


_PIECES = (
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "\n",
    "\r\n",
    "r",
    "f",
    "x",
    " ",
    "=",
    "(",
    ")",
    "#",
    f" {_WAIVER}",
)


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_comments_are_where_the_tokenizer_sees_them(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes
        expected = _tokenized(f"{text}\n{_WAIVER}\n")
    assume(expected is not None)
    found = waiver_comments(f"{text}\n{_WAIVER}\n".encode())
    assert [one.line for one in found if one.python] == expected


def test_a_line_of_open_quotes_takes_linear_time() -> None:
    start = time.process_time()
    waiver_comments((_WAIVER + "\n" + "'\\" * 500_000).encode())
    assert time.process_time() - start < 5
