"""Check suites and runs, by the rules of https://docs.github.com/en/rest/checks/runs."""

from simulator.answers import Refusal, invalid
from simulator.events import announce
from simulator.model import (
    App,
    CheckRun,
    CheckSuite,
    Json,
    RefChange,
    Repository,
    User,
    now,
    suffices,
)
from simulator.payloads.checks import check_suite, hooked_check_run, suite_state
from simulator.world import World

MOST_ANNOTATIONS = 50
_MOST_ACTIONS = 3
_LONGEST_TEXT = 65535
_LEVELS = ("notice", "warning", "failure")
_STATUSES = ("queued", "in_progress", "completed", "waiting", "requested", "pending")
_CONCLUSIONS = (
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "success",
    "skipped",
    "timed_out",
)


def open_suites(world: World, repo: Repository, change: RefChange, sender: User) -> None:
    """What a push starts: a suite for every App that may write checks, each of them told."""
    sha = change.after
    for app in world.apps.values():
        it = world.installation(app, repo)
        may = it is not None and suffices(it.permissions.get("checks"), "write")
        if may and sha is not None and find_suite(repo, app, sha) is None:
            suite = _new_suite(world, repo, app, sha)
            suite.head_branch, suite.before = change.branch, change.before
            _tell_suite(world, suite, "requested", sender, only=app)


def find_suite(repo: Repository, app: App, sha: str) -> CheckSuite | None:
    """The App's suite on a commit."""
    return next((s for s in repo.suites.values() if s.app is app and s.head_sha == sha), None)


def suite_for(world: World, repo: Repository, app: App, sha: str) -> CheckSuite:
    """The App's suite on a commit, made where there is none."""
    return find_suite(repo, app, sha) or _new_suite(world, repo, app, sha)


def _new_suite(world: World, repo: Repository, app: App, sha: str) -> CheckSuite:
    suite = CheckSuite(world.new_id(), app, repo, sha, repo.branch_at(sha), None)
    repo.suites[suite.id] = suite
    return suite


def create(world: World, repo: Repository, app: App, sent: Json) -> CheckRun:
    """Make a check run; `sent` as in the request, with `name` and `head_sha`.

    Raises `Refusal` 422 for what GitHub refuses.
    """
    sha = sent["head_sha"]
    if not repo.git.has_commit(sha):
        raise Refusal(422, f"No commit found for SHA: {sha}")
    _validate(sent)
    suite = suite_for(world, repo, app, sha)
    run = CheckRun(world.new_id(), suite, sent["name"], sha, started_at=now())
    _apply(run, sent)
    suite.runs.append(run)
    repo.runs[run.id] = run
    _tell_run(world, run, "created", app.bot)
    _settle(world, run, app.bot)
    return run


def update(world: World, run: CheckRun, app: App, sent: Json) -> None:
    """Change a check run of one's own; annotations are appended to those already there."""
    if run.app is not app:
        raise Refusal(
            403,
            f"Invalid app_id `{app.id}` - check run can only be modified by the GitHub App"
            " that created it.",
        )
    _validate(sent)
    was = run.status
    _apply(run, sent)
    run.updates += 1
    if was != "completed" or run.status != "completed":
        _settle(world, run, app.bot)


def rerequest(world: World, run: CheckRun, sender: User) -> None:
    """What the "Re-run" button of one check does."""
    run.suite.requeued = True
    _tell_run(world, run, "rerequested", sender, only=run.app)


def rerequest_suite(world: World, suite: CheckSuite, sender: User) -> None:
    """What the "Re-run all checks" button does."""
    suite.requeued = True
    _tell_suite(world, suite, "rerequested", sender, only=suite.app)


def request_action(world: World, run: CheckRun, identifier: str, sender: User) -> None:
    """What a button that the App put on its check does."""
    body = {
        "action": "requested_action",
        "check_run": hooked_check_run(world.urls, run),
        "requested_action": {"identifier": identifier},
    }
    announce(world, "check_run", run.repository, sender, body, only=run.app)


def _apply(run: CheckRun, sent: Json) -> None:
    for member in ("name", "external_id", "details_url", "actions", "status"):
        if member in sent:
            setattr(run, member, sent[member])
    output: Json = sent.get("output") or {}
    for member in ("title", "summary", "text"):
        if member in output:
            setattr(run, member, output[member])
    run.annotations += output.get("annotations") or []
    if sent.get("conclusion"):
        run.status, run.conclusion, run.completed_at = "completed", sent["conclusion"], now()
    elif run.status != "completed":
        run.conclusion = run.completed_at = None
    run.suite.requeued = False
    run.suite.updated_at = now()


def _settle(world: World, run: CheckRun, sender: User) -> None:
    if run.status != "completed":
        return
    _tell_run(world, run, "completed", sender)
    if suite_state(run.suite)[0] == "completed":
        _tell_suite(world, run.suite, "completed", sender)


def _tell_run(
    world: World, run: CheckRun, action: str, sender: User, only: App | None = None
) -> None:
    body = {"action": action, "check_run": hooked_check_run(world.urls, run)}
    announce(world, "check_run", run.repository, sender, body, only=only)


def _tell_suite(
    world: World, suite: CheckSuite, action: str, sender: User, only: App | None = None
) -> None:
    shown = check_suite(world.urls, suite)
    del shown["repository"]
    body = {"action": action, "check_suite": shown}
    announce(world, "check_suite", suite.repository, sender, body, only=only)


def _validate(sent: Json) -> None:
    if sent.get("status", "queued") not in _STATUSES:
        raise invalid("CheckRun", "status", "invalid")
    if sent.get("conclusion") is not None and sent["conclusion"] not in _CONCLUSIONS:
        raise invalid("CheckRun", "conclusion", "invalid")
    if sent.get("status") == "completed" and not sent.get("conclusion"):
        raise invalid("CheckRun", "conclusion", "missing_field")
    _validate_actions(sent.get("actions") or [])
    output = sent.get("output")
    if output is None:
        return
    if not isinstance(output, dict) or not isinstance(output.get("summary"), str):
        raise invalid("CheckRun", "output", "missing_field", "summary is missing")
    for member in ("summary", "text"):
        if len((output.get(member) or "").encode()) > _LONGEST_TEXT:
            raise invalid(
                "CheckRun", member, "custom", f"{member} exceeds a maximum bytesize of 65535"
            )
    annotations = output.get("annotations") or []
    if len(annotations) > MOST_ANNOTATIONS:
        raise Refusal(
            422,
            f"Invalid request.\n\nNo more than {MOST_ANNOTATIONS} items are allowed;"
            f" {len(annotations)} were supplied.",
        )
    for annotation in annotations:
        _validate_annotation(annotation)


def _validate_actions(actions: list[Json]) -> None:
    if len(actions) > _MOST_ACTIONS:
        raise invalid("CheckRun", "actions", "invalid", "no more than 3 actions are allowed")
    for action in actions:
        for member, longest in (("label", 20), ("description", 40), ("identifier", 20)):
            if not 0 < len(action.get(member) or "") <= longest:
                raise invalid("CheckRunAction", member, "invalid")


def _validate_annotation(it: Json) -> None:
    for member in ("path", "start_line", "end_line", "annotation_level", "message"):
        if it.get(member) in (None, ""):
            raise invalid("CheckAnnotation", member, "missing_field")
    if it["annotation_level"] not in _LEVELS:
        raise invalid("CheckAnnotation", "annotation_level", "invalid")
    if it["start_line"] < 1 or it["end_line"] < it["start_line"]:
        raise invalid("CheckAnnotation", "end_line", "invalid")
    if it["start_line"] != it["end_line"] and ("start_column" in it or "end_column" in it):
        raise invalid(
            "CheckAnnotation",
            "start_column",
            "invalid",
            "columns may only be given when the annotation is on one line",
        )
    for member, longest in (("message", 64 * 1024), ("raw_details", 64 * 1024), ("title", 255)):
        if len(it.get(member) or "") > longest:
            raise invalid("CheckAnnotation", member, "custom", f"{member} is too long")
