from simulator.model import Json
from simulator.payloads.basics import node_id, simple_user, timestamp
from simulator.payloads.repositories import repository, simple_commit
from simulator.urls import Urls
from simulator.workflows import Artifact, Workflow, WorkflowRun


def workflow(urls: Urls, it: Workflow) -> Json:
    """`workflow`."""
    repo = it.repository
    file = it.path.rpartition("/")[2]
    return {
        "id": it.id,
        "node_id": node_id("W", it.id),
        "name": it.name,
        "path": it.path,
        "state": "active",
        "created_at": timestamp(it.created_at),
        "updated_at": timestamp(it.created_at),
        "url": f"{urls.repository(repo)}/actions/workflows/{it.id}",
        "html_url": f"{urls.page(repo)}/blob/{repo.default_branch}/{it.path}",
        "badge_url": f"{urls.page(repo)}/workflows/{file}/badge.svg",
    }


def workflow_run(urls: Urls, run: WorkflowRun) -> Json:
    """`workflow-run`."""
    repo = run.repository
    url = f"{urls.repository(repo)}/actions/runs/{run.id}"
    suite = run.id  # every run has a check suite of its own, which nobody asks for here
    return {
        "id": run.id,
        "name": run.workflow.name,
        "node_id": node_id("WFR", run.id),
        "display_title": run.title,
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "path": f"{run.workflow.path}@{run.head_branch}",
        "run_number": run.number,
        "run_attempt": 1,
        "event": "workflow_dispatch",
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": run.workflow.id,
        "check_suite_id": suite,
        "check_suite_node_id": node_id("CS", suite),
        "url": url,
        "html_url": f"{urls.page(repo)}/actions/runs/{run.id}",
        "pull_requests": [],
        "referenced_workflows": [],
        "created_at": timestamp(run.created_at),
        "updated_at": timestamp(run.updated_at),
        "run_started_at": timestamp(run.created_at),
        "actor": simple_user(urls, run.actor),
        "triggering_actor": simple_user(urls, run.actor),
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{urls.repository(repo)}/check-suites/{suite}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{urls.repository(repo)}/actions/workflows/{run.workflow.id}",
        "head_commit": simple_commit(repo, run.head_sha),
        "repository": repository(urls, repo),
        "head_repository": repository(urls, repo),
    }


def dispatched(urls: Urls, run: WorkflowRun) -> Json:
    """`workflow-dispatch-response`."""
    shown = workflow_run(urls, run)
    return {"workflow_run_id": run.id, "run_url": shown["url"], "html_url": shown["html_url"]}


def artifact(urls: Urls, it: Artifact) -> Json:
    """`artifact`."""
    url = f"{urls.repository(it.run.repository)}/actions/artifacts/{it.id}"
    return {
        "id": it.id,
        "node_id": node_id("A", it.id),
        "name": it.name,
        "size_in_bytes": len(it.content),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": it.expired,
        "created_at": timestamp(it.created_at),
        "expires_at": timestamp(it.expires_at),
        "updated_at": timestamp(it.created_at),
        "workflow_run": {
            "id": it.run.id,
            "repository_id": it.run.repository.id,
            "head_repository_id": it.run.repository.id,
            "head_branch": it.run.head_branch,
            "head_sha": it.run.head_sha,
        },
    }
