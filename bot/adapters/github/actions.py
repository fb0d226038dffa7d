"""Dispatched workflows: https://docs.github.com/en/rest/actions."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.adapters.github.client import PER_PAGE, Session
from bot.adapters.github.errors import NotFoundError
from bot.domain.errors import RequestRefusedError
from bot.ports.actions import (
    ArtifactExpiredError,
    ArtifactTooLargeError,
    WorkflowMissingError,
    WorkflowRun,
)

_TELL = "return_run_details"
"""Makes GitHub answer with the run's id, since February 2026; older servers refuse the word."""
_ALREADY_ENDED = "Cannot cancel a workflow run"


class DispatchedWorkflows:
    """The port `Workflows` for one repository; belongs to one thread, as its session does."""

    def __init__(self, session: Session, full_name: str) -> None:
        self._session = session
        self._repository = f"/repos/{full_name}"
        self._known: dict[int, tuple[str | None, WorkflowRun]] = {}
        self._default_branch: str | None = None

    def dispatch(self, workflow: str, inputs: Mapping[str, str]) -> int | None:
        """Start a workflow as it is on the default branch; the run's id, where it is told."""
        body = {"ref": self._branch(), "inputs": dict(inputs)}
        path = f"workflows/{quote(workflow, safe='')}/dispatches"
        try:
            try:
                answer = self._send("POST", path, {**body, _TELL: True})
            except RequestRefusedError as error:
                if _TELL not in str(error):
                    raise
                answer = self._send("POST", path, body)
        except NotFoundError as error:
            raise WorkflowMissingError(
                f"there is no .github/workflows/{workflow} on the default branch {self._branch()}:"
                f" `canon config init --workflow` writes one ({error})"
            ) from error
        return None if answer is None else int(answer["workflow_run_id"])

    def recent(self, workflow: str) -> Sequence[WorkflowRun]:
        """Its newest dispatched runs."""
        query = {"event": "workflow_dispatch", "per_page": PER_PAGE}
        path = f"workflows/{quote(workflow, safe='')}/runs"
        try:
            answer = self._send("GET", path, query=query)
        except NotFoundError:  # a workflow that was never there; the dispatch says so better
            return ()
        return [_run(each) for each in answer["workflow_runs"]]

    def run(self, run_id: int) -> WorkflowRun | None:
        """A run now; what has not changed costs nothing."""
        etag, known = self._known.get(run_id, (None, None))
        try:
            found = self._session.get_changed(self._url(f"runs/{run_id}"), etag)
        except NotFoundError:
            return None
        if found is None:
            return known
        etag, body = found
        run = _run(body)
        self._known[run_id] = etag, run
        return run

    def cancel(self, run_id: int) -> None:
        """Ask for a run's end."""
        try:
            self._send("POST", f"runs/{run_id}/cancel")
        except NotFoundError:
            return  # it is gone
        except RequestRefusedError as error:
            if _ALREADY_ENDED not in str(error):
                raise

    def artifact(self, run_id: int, name: str, largest: int) -> bytes | None:
        """The zip file of an artifact, in memory."""
        answer = self._send("GET", f"runs/{run_id}/artifacts", query={"name": name})
        found = next((each for each in answer["artifacts"] if each["name"] == name), None)
        if found is None:
            return None
        if found["expired"]:
            raise ArtifactExpiredError(f"artifact {name}, on {found['expires_at']}")
        if found["size_in_bytes"] > largest:
            raise ArtifactTooLargeError(_too_large(name, largest))
        try:
            address = self._session.location(self._url(f"artifacts/{found['id']}/zip"))
        except NotFoundError as error:  # 410: it expired meanwhile
            raise ArtifactExpiredError(str(error)) from error
        content = self._session.download(address, largest)
        if content is None:
            raise ArtifactTooLargeError(_too_large(name, largest))
        return content

    def _branch(self) -> str:
        if self._default_branch is None:
            _, answer = self._session.requestJsonAndCheck("GET", self._repository)
            self._default_branch = str(answer["default_branch"])
        return self._default_branch

    def _send(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        parameters = None if query is None else dict(query)
        _, answer = self._session.requestJsonAndCheck(verb, self._url(path), parameters, input=body)
        return answer

    def _url(self, path: str) -> str:
        return f"{self._repository}/actions/{path}"


def _run(found: Mapping[str, Any]) -> WorkflowRun:
    return WorkflowRun(
        id=found["id"],
        number=found["run_number"],
        title=found["display_title"],
        status=found["status"] or "queued",
        conclusion=found["conclusion"],
        url=found["html_url"],
    )


def _too_large(name: str, largest: int) -> str:
    return f"artifact {name} has more than {largest:,} bytes"
