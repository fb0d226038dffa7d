"""Whether a probe's alert opens or closes.

It opens when a failed answer has brought the availability below what is wanted. It closes after
three good answers in a row: a day's availability would stay low for a day after the service is
well again. One good answer among failures closes nothing, so that there is no flapping.
"""

from typing import Final

from bot.domain.probe import Probe
from bot.domain.probing import Alert, AlertChange, Availability

GOOD_IN_A_ROW: Final = 3


def alert_change(probe: Probe, seen: Availability, alert: Alert | None) -> AlertChange | None:
    """What becomes of the alert; `alert` is the open one, None where none is.

    `seen.last` holds at least the last three answers, where there were so many.
    """
    if alert is not None:
        recent = seen.last[:GOOD_IN_A_ROW]
        well = len(recent) == GOOD_IN_A_ROW and all(answer.up for answer in recent)
        unwanted = probe.alert_below is None
        return AlertChange.CLOSE if well or unwanted else None
    if probe.alert_below is None or seen.share is None or not seen.last or seen.last[0].up:
        return None
    return AlertChange.OPEN if seen.share < probe.alert_below else None
