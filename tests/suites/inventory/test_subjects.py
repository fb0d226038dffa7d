"""Every kind of rule says what it names, or is known to name nothing."""

import pytest

from bot.domain.configuration import Rule
from bot.scanner.kinds import kind, names
from bot.scanner.modules import Roots
from bot.suites.inventory.subjects import modules_in, subjects_of

DESCRIBING = {"shared-state", "pattern", "regex", "sarif"}


@pytest.mark.parametrize("name", names())
def test_the_examples_of_a_kind_show_what_it_names(name: str) -> None:
    named = 0
    for example in kind(name).examples:
        rule = Rule(id="r", kind=name, parameters=example.parameters)
        modules_of = modules_in(example.files, Roots(["."]))
        named += len(subjects_of(rule, modules_of))
    assert bool(named) == (name not in DESCRIBING)
