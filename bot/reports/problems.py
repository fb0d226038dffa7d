"""The faults of a configuration, as a list and as annotations."""

from collections.abc import Sequence
from typing import Final

from bot.domain.errors import ConfigurationProblem
from bot.domain.publication import Annotation, AnnotationLevel
from bot.reports.context import ReportContext
from bot.reports.limits import LONGEST_REMARK
from bot.reports.plain import visible
from bot.reports.views import Problem, Problems

_MOST_ANNOTATED: Final = 50


def problem_list(
    problems: Sequence[ConfigurationProblem], context: ReportContext, *, commit: str, most: int
) -> Problems:
    """The first `most` problems, with links to their places at `commit`."""
    return Problems(
        shown=[
            Problem(
                place=f"{one.path}:{one.line}:{one.column}",
                url=context.blob(one.path, one.line, commit=commit),
                text=one.message,
                expected=one.expected,
                hint=one.hint,
            )
            for one in problems[:most]
        ],
        left_out=max(0, len(problems) - most),
    )


def problem_annotations(problems: Sequence[ConfigurationProblem]) -> tuple[Annotation, ...]:
    """Remarks on the lines of a configuration that the head brings."""
    return tuple(
        Annotation(
            path=one.path,
            start_line=one.line,
            end_line=one.line,
            start_column=one.column,
            end_column=one.column,
            level=AnnotationLevel.FAILURE,
            title="Configuration",
            message=visible(_sentence(one), LONGEST_REMARK),
        )
        for one in problems[:_MOST_ANNOTATED]
    )


def _sentence(problem: ConfigurationProblem) -> str:
    parts = [problem.message]
    parts += [f"expected {problem.expected}"] if problem.expected else []
    parts += [problem.hint] if problem.hint else []
    return "; ".join(parts)
