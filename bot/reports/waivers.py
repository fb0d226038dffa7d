"""What is said about waivers by command on the tracked issue."""

from collections.abc import Sequence
from typing import Final

from bot.domain.waiver import GivenWaiver
from bot.reports.markdown import code, link, prose

_MOST: Final = 50


def ending_markdown(ending: Sequence[GivenWaiver]) -> str:
    """Waivers that end soon: what they excuse, who gave them, why, and their last day."""
    shown = [
        f"- {code(_subject(one))}: until {one.until} by {link(prose(one.by), one.source)}, "
        f"because {prose(one.reason, 300)}"
        for one in ending[:_MOST]
    ]
    left = len(ending) - len(shown)
    more = [f"- and {left:,} more"] if left else []
    after = (
        "From the day after its last, what a waiver excused counts again. A new waiver for the "
        "same extends it; better is to remove what it excuses."
    )
    return "\n".join(["### Waivers that end within a week", "", *shown, *more, "", after])


def _subject(one: GivenWaiver) -> str:
    return f"{one.rule} in {one.path}"
