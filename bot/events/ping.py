from bot.events.payload import Part


class Ping(Part):
    """GitHub tries the webhook out; there is nothing to do but answer."""

    zen: str = ""
