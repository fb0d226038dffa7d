"""https://docs.github.com/en/rest/checks/runs."""

from simulator.activity import checks
from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import CheckRun
from simulator.payloads import checks as payloads
from simulator.routing import REPO, Routes

routes = Routes()

RUN = f"{REPO}/check-runs/<int:number>"


@routes.add("POST", f"{REPO}/check-runs", "checks")
def create(call: Call) -> Answer:
    """Make a check run."""
    _apps_only(call)
    for member in ("name", "head_sha"):
        call.required(member, str, "CheckRun")
    run = checks.create(call.world, call.repo, call.app, call.body)
    return Answer(payloads.check_run(call.urls, run), 201)


@routes.add("PATCH", RUN, "checks")
def update(call: Call, number: int) -> Answer:
    """Change a check run."""
    _apps_only(call)
    run = run_of(call, number)
    checks.update(call.world, run, call.app, call.body)
    return Answer(payloads.check_run(call.urls, run))


@routes.add("GET", RUN, "checks")
def get(call: Call, number: int) -> Answer:
    """One check run."""
    return Answer(payloads.check_run(call.urls, run_of(call, number)))


@routes.add("GET", f"{RUN}/annotations", "checks")
def list_annotations(call: Call, number: int) -> Answer:
    """Its annotations, in the order they were sent."""
    run = run_of(call, number)
    return call.page_of(run.annotations, lambda it: payloads.annotation(call.urls, run, it))


@routes.add("POST", f"{RUN}/rerequest", "checks")
def rerequest(call: Call, number: int) -> Answer:
    """Ask its App to run it again."""
    checks.rerequest(call.world, run_of(call, number), call.user)
    return Answer({}, 201)


@routes.add("GET", f"{REPO}/commits/<path:ref>/check-runs", "checks")
def list_for_ref(call: Call, ref: str) -> Answer:
    """The check runs of a commit; by default the newest of each name."""
    sha = call.repo.git.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    app_id = call.query("app_id")
    suites = [
        suite
        for suite in call.repo.suites.values()
        if suite.head_sha == sha and app_id in ("", str(suite.app.id))
    ]
    return list_runs(call, [suite.runs for suite in suites])


def list_runs(call: Call, groups: list[list[CheckRun]]) -> Answer:
    """A page of the runs of some suites, filtered by the query."""
    everything = call.query("filter") == "all"
    runs = [
        run
        for group in groups
        for run in (group if everything else payloads.latest(group))
        if call.query("check_name") in ("", run.name) and call.query("status") in ("", run.status)
    ]
    return call.page_of(
        runs[::-1],
        lambda run: payloads.check_run(call.urls, run),
        lambda page: {"total_count": len(runs), "check_runs": page},
    )


def run_of(call: Call, number: int) -> CheckRun:
    """The run of that id here, or 404."""
    run = call.repo.runs.get(number)
    if run is None:
        raise not_found()
    return run


def _apps_only(call: Call) -> None:
    if call.actor.installation is None:
        raise Refusal(403, "You must authenticate via a GitHub App.")
