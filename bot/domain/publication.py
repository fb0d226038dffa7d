"""What Canon wants to stand on GitHub: desired state, as values. Adapters compare and act."""

from dataclasses import dataclass
from enum import StrEnum


class Conclusion(StrEnum):
    """How a check run ends, in GitHub's words."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    CANCELLED = "cancelled"
    ACTION_REQUIRED = "action_required"


class AnnotationLevel(StrEnum):
    """GitHub's `annotation_level`."""

    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark on lines of the head commit; columns only where it is a single line."""

    path: str
    start_line: int
    end_line: int
    level: AnnotationLevel
    title: str
    message: str
    start_column: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutput:
    """The completed check: GitHub-flavoured Markdown in `summary` and `text`, both in bounds."""

    conclusion: Conclusion
    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """All that one run posts.

    `comment` None means that there is nothing to say; `resolved` is then what a comment that
    stands from an earlier run is changed to.
    """

    check: CheckOutput
    comment: str | None = None
    resolved: str | None = None
