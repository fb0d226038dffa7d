"""The verdict as a check run, for Apps.

GitHub takes 50 annotations a request and appends those of a later one, so a batch must never be
sent twice (https://docs.github.com/en/rest/checks/runs). What to send is decided from values
(`plan_completion`); `CheckRuns` sends it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from github.CheckRun import CheckRun
from github.GithubObject import NotSet
from github.Repository import Repository

from bot.adapters.github.client import nullable
from bot.adapters.github.limits import (
    ANNOTATION_BYTES,
    ANNOTATIONS_PER_REQUEST,
    OUTPUT_BYTES,
    TITLE_CHARACTERS,
    one_line,
    storable,
    within_bytes,
)
from bot.domain.publication import Annotation, CheckOutput
from bot.ports.clock import Clock
from bot.ports.github import CheckProgress


@dataclass(frozen=True, slots=True)
class Seen:
    """A check run as GitHub has it; `conclusion` is None until it is completed."""

    annotations: int
    conclusion: str | None
    title: str | None
    summary: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One request: `annotations` to append, `sent` in all after it; the last one concludes."""

    annotations: tuple[Annotation, ...]
    sent: int
    last: bool


def plan_completion(output: CheckOutput, sent: int, seen: Seen | None) -> Sequence[Step]:
    """The requests that bring a check run to `output`; none where it already says so.

    `sent` is the number of annotations that were recorded as sent. `seen`, where GitHub was
    asked, counts instead: batches arrive in order and whole, so its first annotations are ours.
    """
    if seen is not None:
        sent = seen.annotations
    missing = output.annotations[sent:]
    if seen is not None and not missing and _says(seen, output):
        return ()
    batches = [
        missing[start : start + ANNOTATIONS_PER_REQUEST]
        for start in range(0, len(missing), ANNOTATIONS_PER_REQUEST)
    ] or [()]
    steps = []
    for number, batch in enumerate(batches, start=1):
        sent += len(batch)
        steps.append(Step(batch, sent, last=number == len(batches)))
    return steps


def _says(seen: Seen, output: CheckOutput) -> bool:
    wanted = output_body(output, ())
    return (
        seen.conclusion == output.conclusion
        and seen.title == wanted["title"]
        and seen.summary == wanted["summary"]
        and (seen.text or "") == wanted.get("text", "")
    )


def output_body(output: CheckOutput, annotations: Sequence[Annotation]) -> dict[str, Any]:
    """The request's `output`, within GitHub's limits."""
    title = one_line(output.title, TITLE_CHARACTERS) or output.conclusion.value
    body: dict[str, Any] = {
        "title": title,
        "summary": within_bytes(output.summary, OUTPUT_BYTES) or title,
    }
    if output.text:
        body["text"] = within_bytes(output.text, OUTPUT_BYTES)
    if annotations:
        body["annotations"] = [annotation_body(annotation) for annotation in annotations]
    return body


def annotation_body(annotation: Annotation) -> dict[str, Any]:
    """The annotation in GitHub's form.

    One that does not fit costs the whole request: lines and columns start at 1 and do not run
    backwards, columns come in pairs and only on a single line, a message is never empty.
    """
    start_line = max(annotation.start_line, 1)
    end_line = max(annotation.end_line, start_line)
    title = one_line(annotation.title, TITLE_CHARACTERS)
    body: dict[str, Any] = {
        "path": storable(annotation.path),
        "start_line": start_line,
        "end_line": end_line,
        "annotation_level": annotation.level.value,
        "message": within_bytes(annotation.message, ANNOTATION_BYTES) or title or "-",
    }
    if title:
        body["title"] = title
    if annotation.start_column is not None and start_line == end_line:
        start_column = max(annotation.start_column, 1)
        body["start_column"] = start_column
        body["end_column"] = max(annotation.end_column or start_column, start_column)
    return body


class CheckRuns:
    """Posts one check run a run, under one name, as one App."""

    def __init__(
        self,
        repository: Repository,
        *,
        app_id: int,
        name: str,
        details_url: str | None,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._app_id = app_id
        self._name = name
        self._details_url = details_url
        self._clock = clock

    def start(self, check: CheckProgress, *, uncertain: bool) -> CheckProgress:
        """Post the check run as in progress, unless it is there."""
        if check.check_id is not None:
            return check
        run = (self._find(check) if uncertain else None) or self._create(check)
        return replace(check, check_id=run.id)

    def progress(self, check: CheckProgress, *, title: str, summary: str) -> None:
        """Say how far the check is: one request."""
        assert check.check_id is not None
        output = {
            "title": one_line(title, TITLE_CHARACTERS),
            "summary": within_bytes(summary, OUTPUT_BYTES),
        }
        self._repository.get_check_run(check.check_id).edit(output=output)

    def complete(
        self,
        check: CheckProgress,
        output: CheckOutput,
        *,
        uncertain: bool,
        record: Callable[[CheckProgress], None],
    ) -> None:
        """Bring the check run to `output`; with at most 50 annotations in one request."""
        if check.completed:
            return
        if check.check_id is None:
            check = self.start(check, uncertain=uncertain)
            record(check)
        assert check.check_id is not None
        run = self._repository.get_check_run(check.check_id)
        steps = plan_completion(output, check.annotations_sent, _seen(run) if uncertain else None)
        for step in steps:
            self._send(run, output, step)
            check = replace(check, annotations_sent=step.sent, completed=step.last)
            record(check)
        if not steps:
            record(replace(check, annotations_sent=len(output.annotations), completed=True))

    def _find(self, check: CheckProgress) -> CheckRun | None:
        """The check run whose id was never recorded; another App's namesake is not ours."""
        runs = self._repository.get_commit(check.head_sha).get_check_runs(
            check_name=self._name, filter="all"
        )
        named = (run for run in runs if run.external_id == check.external_id)
        return next((run for run in named if self._is_ours(run)), None)

    def _is_ours(self, run: CheckRun) -> bool:
        app = nullable(run.app)
        return app is not None and app.id == self._app_id

    def _create(self, check: CheckProgress) -> CheckRun:
        return self._repository.create_check_run(
            name=self._name,
            head_sha=check.head_sha,
            external_id=check.external_id,
            details_url=check.details_url or self._details_url or NotSet,
            status="in_progress",
            started_at=self._clock.now(),
        )

    def _send(self, run: CheckRun, output: CheckOutput, step: Step) -> None:
        body = output_body(output, step.annotations)
        if step.last:
            run.edit(
                status="completed",
                conclusion=output.conclusion.value,
                completed_at=self._clock.now(),
                output=body,
            )
        else:
            run.edit(output=body)


def _seen(run: CheckRun) -> Seen:
    """Ask GitHub: one request, on the first look at the lazy object."""
    output = run.output
    return Seen(
        annotations=output.annotations_count,
        conclusion=run.conclusion,
        title=output.title,
        summary=output.summary,
        text=output.text,
    )
