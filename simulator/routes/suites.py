"""https://docs.github.com/en/rest/checks/suites."""

from simulator.activity import checks
from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import CheckSuite
from simulator.payloads import checks as payloads
from simulator.routes.checks import list_runs
from simulator.routing import REPO, Routes

routes = Routes()

SUITE = f"{REPO}/check-suites/<int:number>"


@routes.add("POST", f"{REPO}/check-suites", "checks")
def create(call: Call) -> Answer:
    """Make the App's suite on a commit; 200 where there is one already."""
    if call.actor.installation is None:
        raise Refusal(403, "You must authenticate via a GitHub App.")
    sha = call.required("head_sha", str, "CheckSuite")
    if not call.repo.git.has_commit(sha):
        raise Refusal(422, f"No commit found for SHA: {sha}")
    known = checks.find_suite(call.repo, call.app, sha)
    suite = checks.suite_for(call.world, call.repo, call.app, sha)
    return Answer(payloads.check_suite(call.urls, suite), 201 if known is None else 200)


@routes.add("GET", SUITE, "checks")
def get(call: Call, number: int) -> Answer:
    """One suite."""
    return Answer(payloads.check_suite(call.urls, _suite(call, number)))


@routes.add("GET", f"{SUITE}/check-runs", "checks")
def list_for_suite(call: Call, number: int) -> Answer:
    """The check runs of a suite."""
    return list_runs(call, [_suite(call, number).runs])


@routes.add("POST", f"{SUITE}/rerequest", "checks")
def rerequest(call: Call, number: int) -> Answer:
    """Ask its App to run everything again."""
    checks.rerequest_suite(call.world, _suite(call, number), call.user)
    return Answer({}, 201)


@routes.add("GET", f"{REPO}/commits/<path:ref>/check-suites", "checks")
def list_for_ref(call: Call, ref: str) -> Answer:
    """The suites of a commit."""
    sha = call.repo.git.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    app_id, name = call.query("app_id"), call.query("check_name")
    suites = [
        suite
        for suite in call.repo.suites.values()
        if suite.head_sha == sha
        and app_id in ("", str(suite.app.id))
        and (not name or any(run.name == name for run in suite.runs))
    ]
    return call.page_of(
        suites,
        lambda suite: payloads.check_suite(call.urls, suite),
        lambda page: {"total_count": len(suites), "check_suites": page},
    )


def _suite(call: Call, number: int) -> CheckSuite:
    suite = call.repo.suites.get(number)
    if suite is None:
        raise not_found()
    return suite
