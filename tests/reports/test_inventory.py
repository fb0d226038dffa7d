"""The inventory and the test plan as Markdown: bounded, and safe whatever a repository holds."""

from dataclasses import replace

import pytest

from bot.domain.configuration import Migration, Rule
from bot.domain.inventory import Inventory
from bot.domain.measurement import Unmeasured
from bot.reports.inventory import inventory_markdown
from bot.reports.limits import LONGEST_COMMENT
from bot.reports.test_plan import plan_markdown
from bot.suites.plan import plan_tests
from tests.reports.cases import CONTEXT
from tests.support.inventories import inventory, legacy
from tests.support.scans import configuration, migration

NONE = Unmeasured("nobody looked")
USES = "from shop.legacy import Cart\n\n\ndef test_a():\n    Cart()\n"


def both(found: Inventory, about: Migration) -> tuple[str, str]:
    plan = plan_tests(configuration(about), about, found, NONE, NONE, commit=CONTEXT.head)
    return inventory_markdown(found, about, CONTEXT), plan_markdown(plan, CONTEXT)


@pytest.mark.parametrize("part", [0, 1])
def test_a_report_fits_a_comment_and_counts_what_it_leaves_out(part: int) -> None:
    files = {f"tests/{'long_' * 20}{number}/test_a.py": USES for number in range(2000)}
    text = both(inventory(files), migration(legacy()))[part]
    assert len(text.encode()) <= LONGEST_COMMENT
    assert "more" in text


@pytest.mark.parametrize("part", [0, 1])
def test_nothing_from_a_repository_becomes_markup(part: int) -> None:
    rule: Rule = legacy(message="<img src=x> @alice | `x`")
    about = migration(rule, title="<b>@alice</b> | [x](http://y)")
    files = {"tests/`@bob` | <i>/test_a.py": USES}
    text = both(inventory(files), about)[part]
    assert "<b>" not in text
    assert "<i>" not in text.replace("`` tests/`@bob` | <i>/test_a.py ``", "")
    assert " @alice" not in text
    assert "](http://y)" not in text


def test_places_are_linked_where_the_pages_are_known() -> None:
    about = migration(legacy())
    texts = both(inventory({"tests/test_a.py": USES}), about)
    page = f"{CONTEXT.web_url}/{CONTEXT.repository}/blob/{CONTEXT.head}/tests/test_a.py#L1"
    assert all(page in text for text in texts)
    plain = replace(CONTEXT, web_url=None)
    assert "](" not in inventory_markdown(inventory({"tests/test_a.py": USES}), about, plain)
