"""`canon replay`: run one webhook delivery again."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.work import Work
    from bot.ports.store import Deliveries


@click.command()
@click.argument("delivery", metavar="FILE|DELIVERY")
def command(delivery: str) -> None:
    """Run one webhook delivery again.

    It is judged anew, although its verdict may stand already.

    DELIVERY is the GUID of a delivery that was received, as the logs and GitHub's page of recent
    deliveries show it. FILE is one in JSON: what GitHub's API answers about a hook delivery, or an
    object with "event" and "payload".
    """
    from bot import settings, wiring

    with wiring.store(settings.load()) as (deliveries, queue):
        work = _work(*_read(delivery, deliveries))
        queue.want(work)
    for item in work:
        target = item.target
        click.echo(f"queued: {target.repository.full_name}, {target.kind} {target.name}".rstrip())


def _read(delivery: str, deliveries: "Deliveries") -> tuple[str, object]:
    """The event's name, and the payload."""
    from bot.domain.errors import InputError
    from bot.web.intake import decode

    if Path(delivery).is_file():
        return _read_file(Path(delivery))
    stored = deliveries.get(delivery)
    if stored is None:
        raise InputError(
            f"there is neither a file nor a stored delivery {delivery!r}: name a file with JSON, or"
            " the GUID of a delivery that was received"
        )
    return stored.event, decode(stored.body)


def _read_file(path: Path) -> tuple[str, object]:
    from bot.domain.errors import InputError
    from bot.web.intake import MalformedError, decode

    try:
        match decode(path.read_bytes()):
            case {"event": str(event), "payload": payload}:
                return event, payload
            case {"event": str(event), "request": {"payload": payload}}:
                return event, payload
    except MalformedError as error:
        raise InputError(f"{path}: not JSON") from error
    raise InputError(
        f'{path}: expected an object with "event" and "payload", or with "event" and'
        ' "request": {"payload": ...} as GitHub\'s API has it'
    )


def _work(event: str, payload: object) -> "Sequence[Work]":
    from dataclasses import replace

    from bot.domain.errors import InputError
    from bot.web.intake import judge

    _, reason, work = judge(event, payload)
    if not work:
        raise InputError(f"the delivery asks for no work: {reason or f'{event} needs none'}")
    return [replace(item, force=True) for item in work]
