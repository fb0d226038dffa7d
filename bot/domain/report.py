from enum import StrEnum


class ReportKind(StrEnum):
    """The reports that can be asked for, on the command line and in comments."""

    PR = "pr"
    RESULTS = "results"
    VIOLATIONS = "violations"
    PLAN = "plan"
    STRATEGY = "strategy"
    EXECUTION = "execution"
    STATUS = "status"
    EXECUTIVE = "executive"
