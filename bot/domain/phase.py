from enum import StrEnum


class Phase(StrEnum):
    """Where a migration stands; each phase asks something else of the gate."""

    DETECT = "detect"
    MIGRATE = "migrate"
    VALIDATE = "validate"
    DONE = "done"

    @property
    def next(self) -> "Phase | None":
        """The phase that follows, or None after `done`."""
        order = list(Phase)
        position = order.index(self) + 1
        return order[position] if position < len(order) else None
