from simulator.model import Json
from simulator.payloads.basics import timestamp
from simulator.webhooks import Delivery


def item(it: Delivery) -> Json:
    """`hook-delivery-item`: a delivery in a list."""
    message = it.message
    return {
        "id": it.id,
        "guid": message.guid,
        "delivered_at": timestamp(it.delivered_at),
        "redelivery": it.redelivery,
        "duration": it.duration,
        "status": it.status,
        "status_code": it.status_code,
        "event": message.event,
        "action": message.action,
        "installation_id": message.installation_id,
        "repository_id": message.repository_id,
        "throttled_at": None,
    }


def full(it: Delivery) -> Json:
    """`hook-delivery`: with request and response."""
    return {
        **item(it),
        "url": it.message.hook.url or "",
        "request": {"headers": it.request_headers, "payload": it.message.payload},
        "response": {"headers": it.response_headers, "payload": it.response_body},
    }
