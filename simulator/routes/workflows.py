"""https://docs.github.com/en/rest/actions, as far as it is about dispatched runs."""

from typing import Any

from simulator.activity import workflows
from simulator.answers import Answer, Refusal, not_found
from simulator.blobs import address
from simulator.calls import Call
from simulator.payloads import workflows as payloads
from simulator.routing import REPO, Routes
from simulator.workflows import WorkflowRun

routes = Routes()

WORKFLOW = f"{REPO}/actions/workflows/<file>"
RUN = f"{REPO}/actions/runs/<int:number>"


@routes.add("POST", f"{WORKFLOW}/dispatches", "actions")
def dispatch(call: Call, file: str) -> Answer:
    """Start a workflow."""
    call.required("ref", str, "WorkflowDispatch")
    wants_details = call.body.get("return_run_details")
    if wants_details is not None and not call.world.tells_dispatched_runs:
        message = 'Invalid request.\n\n"return_run_details" is not a permitted key.'
        raise Refusal(422, message)
    run = workflows.dispatch(call.world, call.repo, call.user, file, call.body)
    return Answer(payloads.dispatched(call.urls, run)) if wants_details else Answer(status=204)


@routes.add("GET", f"{WORKFLOW}/runs", "actions")
def list_of_workflow(call: Call, file: str) -> Answer:
    """Its runs, newest first."""
    workflow = workflows.find(call.world, call.repo, file)
    event = call.query("event")
    found = [
        run
        for run in reversed(call.repo.workflow_runs.values())
        if run.workflow is workflow and event in ("", "workflow_dispatch")
    ]

    def wrapped(page: list[Any]) -> dict[str, Any]:
        return {"total_count": len(found), "workflow_runs": page}

    return call.page_of(found, lambda run: payloads.workflow_run(call.urls, run), wrapped)


@routes.add("GET", RUN, "actions")
def get(call: Call, number: int) -> Answer:
    """One run."""
    return Answer(payloads.workflow_run(call.urls, _run_of(call, number)))


@routes.add("POST", f"{RUN}/cancel", "actions")
def cancel(call: Call, number: int) -> Answer:
    """End a run that has not ended."""
    run = _run_of(call, number)
    if run.status == "completed":
        raise Refusal(409, "Cannot cancel a workflow run that is completed.")
    workflows.end(call.world, run, "cancelled")
    return Answer({}, 202)


@routes.add("GET", f"{RUN}/artifacts", "actions")
def list_artifacts(call: Call, number: int) -> Answer:
    """What a run has left."""
    run, name = _run_of(call, number), call.query("name")
    found = [it for it in call.repo.artifacts.values() if it.run is run and name in ("", it.name)]

    def wrapped(page: list[Any]) -> dict[str, Any]:
        return {"total_count": len(found), "artifacts": page}

    return call.page_of(found, lambda it: payloads.artifact(call.urls, it), wrapped)


@routes.add("GET", f"{REPO}/actions/artifacts/<int:number>/zip", "actions")
def download(call: Call, number: int) -> Answer:
    """Where an artifact can be downloaded, for a minute."""
    found = call.repo.artifacts.get(number)
    if found is None:
        raise not_found()
    if found.expired:
        raise Refusal(410, "Artifact has expired")
    return Answer(status=302, headers={"Location": address(call.urls, found)})


def _run_of(call: Call, number: int) -> WorkflowRun:
    run = call.repo.workflow_runs.get(number)
    if run is None:
        raise not_found()
    return run
