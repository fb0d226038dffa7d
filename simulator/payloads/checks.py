from simulator.model import CheckRun, CheckSuite, Json, PullRequest, Repository, Status
from simulator.payloads.apps import integration
from simulator.payloads.basics import node_id, optional_timestamp, simple_user, timestamp
from simulator.payloads.repositories import repository, simple_commit
from simulator.urls import Urls

_WORST = (
    "action_required",
    "timed_out",
    "cancelled",
    "failure",
    "neutral",
    "success",
    "skipped",
    "stale",
)


def latest(runs: list[CheckRun]) -> list[CheckRun]:
    """The newest run of each name, which alone counts."""
    return list({run.name: run for run in sorted(runs, key=lambda run: run.id)}.values())


def suite_state(suite: CheckSuite) -> tuple[str, str | None]:
    """Status and conclusion of a suite, as its latest runs make them."""
    runs = latest(suite.runs)
    if not runs or suite.requeued:
        return "queued", None
    if any(run.status != "completed" for run in runs):
        return ("in_progress" if any(r.status != "queued" for r in runs) else "queued"), None
    return "completed", min((run.conclusion or "" for run in runs), key=_WORST.index)


def minimal_pulls(urls: Urls, repo: Repository, sha: str) -> list[Json]:
    """`pull-request-minimal` of every open pull request from this repository with this head.

    Pull requests from forks are left out, as GitHub does.
    """
    return [
        _minimal_pull(urls, pull)
        for pull in repo.pulls.values()
        if pull.open and pull.head_sha == sha and pull.head_repository is repo
    ]


def _minimal_pull(urls: Urls, pull: PullRequest) -> Json:
    repo = pull.repository
    place = {"id": repo.id, "url": urls.repository(repo), "name": repo.name}
    return {
        "url": urls.pull(pull),
        "id": pull.id,
        "number": pull.number,
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": place},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": place},
    }


def check_run(urls: Urls, run: CheckRun) -> Json:
    """`check-run`."""
    url = f"{urls.repository(run.repository)}/check-runs/{run.id}"
    page = f"{urls.page(run.repository)}/runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("CR", run.id),
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": page,
        "details_url": run.details_url or page,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": optional_timestamp(run.started_at),
        "completed_at": optional_timestamp(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite.id},
        "app": integration(urls, run.app),
        "pull_requests": minimal_pulls(urls, run.repository, run.head_sha),
    }


def annotation(urls: Urls, run: CheckRun, raw: Json) -> Json:
    """`check-annotation`: what was sent, with every field there."""
    optional = ("start_column", "end_column", "title", "raw_details")
    path = f"{run.head_sha}/{raw['path']}"
    return {
        **dict.fromkeys(optional),
        **raw,
        "blob_href": f"{urls.page(run.repository)}/blob/{path}",
    }


def check_suite(urls: Urls, suite: CheckSuite) -> Json:
    """`check-suite`."""
    repo = suite.repository
    url = f"{urls.repository(repo)}/check-suites/{suite.id}"
    status, conclusion = suite_state(suite)
    return {
        "id": suite.id,
        "node_id": node_id("CS", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": url,
        "before": suite.before,
        "after": suite.head_sha,
        "pull_requests": minimal_pulls(urls, repo, suite.head_sha),
        "app": integration(urls, suite.app),
        "repository": repository(urls, repo),
        "created_at": timestamp(suite.created_at),
        "updated_at": timestamp(suite.updated_at),
        "head_commit": simple_commit(repo, suite.head_sha),
        "latest_check_runs_count": len(latest(suite.runs)),
        "check_runs_url": f"{url}/check-runs",
        "rerequestable": True,
        "runs_rerequestable": True,
    }


def hooked_check_run(urls: Urls, run: CheckRun) -> Json:
    """`check-run-with-simple-check-suite`: a check run in an event."""
    suite = check_suite(urls, run.suite)
    for key in ("head_commit", "latest_check_runs_count", "check_runs_url", "repository"):
        del suite[key]
    return {**check_run(urls, run), "check_suite": suite}


def status(urls: Urls, repo: Repository, it: Status) -> Json:
    """`status`: one commit status with its author."""
    return {**simple_status(urls, repo, it), "creator": simple_user(urls, it.creator)}


def simple_status(urls: Urls, repo: Repository, it: Status) -> Json:
    """`simple-commit-status`: one commit status in the combined one."""
    return {
        "id": it.id,
        "node_id": node_id("SC", it.id),
        "url": f"{urls.repository(repo)}/statuses/{it.sha}",
        "avatar_url": f"{urls.web}/avatars/{it.creator.id}",
        "state": it.state,
        "description": it.description,
        "target_url": it.target_url,
        "context": it.context,
        "created_at": timestamp(it.created_at),
        "updated_at": timestamp(it.created_at),
    }


def combined_status(urls: Urls, repo: Repository, sha: str, newest: list[Status]) -> Json:
    """`combined-commit-status`; `newest` holds the newest status of each context."""
    states = {it.state for it in newest}
    state = "success" if states == {"success"} else "pending"
    if states & {"error", "failure"}:
        state = "failure"
    url = f"{urls.repository(repo)}/commits/{sha}"
    return {
        "state": state,
        "statuses": [simple_status(urls, repo, it) for it in newest],
        "sha": sha,
        "total_count": len(newest),
        "repository": repository(urls, repo),
        "commit_url": url,
        "url": f"{url}/status",
    }
