from enum import StrEnum


class Severity(StrEnum):
    """How much a violation matters, P0 the most. Compares by rank: P0 < P3."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
