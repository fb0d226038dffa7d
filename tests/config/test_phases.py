import pytest

from bot import config
from bot.config.phases import with_phase
from bot.domain.errors import InputError
from bot.domain.phase import Phase

RULE = "{id: gone, kind: absent-file, files: [a.py]}"
MAIN = ".github/canon.yml"
TEXT = f"""\
# Who may read this: everybody.
version:   1   # the language

migrations:
  - title: "phase: detect"   # not this one
    issue: 7
    rules: [{RULE}]
    phase:   detect      # two weeks, at the most
    owners: ['@acme/platform']

  - {{issue: 8, phase: "migrate", rules: [{RULE}]}}
"""


def changed(files: dict[str, str], issue: int, phase: Phase) -> dict[str, str]:
    raw = {path: text.encode() for path, text in files.items()}
    found = with_phase(raw, issue, phase)
    after = {one.issue: one.phase for one in config.load({**raw, **found}).migrations}
    assert after[issue] == phase
    return {path: content.decode() for path, content in found.items()}


@pytest.mark.parametrize(
    ("issue", "old", "new"),
    [
        (7, "phase:   detect      #", "phase:   validate      #"),
        (8, 'phase: "migrate",', 'phase: "validate",'),
    ],
)
def test_the_phase_is_changed_and_not_a_character_besides(issue: int, old: str, new: str) -> None:
    assert changed({MAIN: TEXT}, issue, Phase.VALIDATE) == {MAIN: TEXT.replace(old, new)}


@pytest.mark.parametrize(
    "text",
    [
        f"issue: 9\nphase: 'detect'\nrules: [{RULE}]\n",
        f"- issue: 0x9\n  rules: [{RULE}]\n  phase: detect",
        f"issue: 9\r\nphase: detect\r\nrules: [{RULE}]\r\n",
        f"\ufeffversion: 1\nissue: 9\nphase: detect # \N{CRAB}\nrules: [{RULE}]\n",
    ],
)
def test_a_migration_with_a_file_of_its_own_is_changed_there(text: str) -> None:
    path = ".github/canon/nine.yml"
    found = changed({MAIN: TEXT, path: text}, 9, Phase.MIGRATE)

    assert found == {path: text.replace("detect", "migrate")}


def test_a_migration_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError, match="no migration 9"):
        with_phase({MAIN: TEXT.encode()}, 9, Phase.DONE)
