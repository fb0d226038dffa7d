"""Dispatched workflows, by https://docs.github.com/en/rest/actions/workflows.

Nothing is run: what becomes of a run is up to whoever holds the controls.
"""

import re
import secrets

from ruamel.yaml import YAML

from simulator.answers import Refusal, not_found
from simulator.events import announce
from simulator.model import Json, Repository, User, now
from simulator.payloads.workflows import workflow, workflow_run
from simulator.workflows import Artifact, Workflow, WorkflowRun
from simulator.world import World

FOLDER = ".github/workflows"
_INPUT = re.compile(r"\$\{\{ *inputs\.(\w+) *\}\}")


def dispatch(world: World, repo: Repository, actor: User, name: str, sent: Json) -> WorkflowRun:
    """Start a workflow by its file name; raises `Refusal` for what GitHub refuses."""
    found = find(world, repo, name)
    ref, inputs = sent["ref"], sent.get("inputs") or {}
    sha = repo.head(ref)
    if sha is None:
        raise Refusal(422, f"No ref found for: {ref}")
    content = _content(repo, ref, found.path)
    declared = _declared(content)
    if unexpected := [name for name in inputs if name not in declared]:
        listed = ", ".join(f'"{name}"' for name in unexpected)
        raise Refusal(422, f"Unexpected inputs provided: [{listed}]")
    for key, declaration in declared.items():
        if declaration.get("required") and not inputs.get(key):
            raise Refusal(422, f"Required input '{key}' not provided")
    run = WorkflowRun(
        world.new_id(),
        found,
        number=len(repo.workflow_runs) + 1,
        title=_INPUT.sub(lambda it: inputs.get(it[1], ""), content.get("run-name", found.name)),
        inputs=inputs,
        head_branch=ref,
        head_sha=sha,
        actor=actor,
    )
    repo.workflow_runs[run.id] = run
    _tell(world, run, "requested")
    return run


def find(world: World, repo: Repository, name: str) -> Workflow:
    """The workflow in that file of the default branch; 404 where there is none."""
    path = f"{FOLDER}/{name}"
    content = _content(repo, repo.default_branch, path)
    if path not in repo.workflows:
        made = Workflow(world.new_id(), repo, path, content.get("name", path))
        repo.workflows[path] = made
    return repo.workflows[path]


def start(world: World, run: WorkflowRun) -> None:
    """A runner takes it."""
    _change(run, "in_progress", None)
    _tell(world, run, "in_progress")


def end(world: World, run: WorkflowRun, conclusion: str) -> None:
    """It ends."""
    _change(run, "completed", conclusion)
    _tell(world, run, "completed")


def upload(world: World, run: WorkflowRun, name: str, content: bytes) -> Artifact:
    """It leaves an artifact: `content` is the zip file."""
    made = Artifact(world.new_id(), run, name, content, secrets.token_hex(8))
    run.repository.artifacts[made.id] = made
    return made


def _change(run: WorkflowRun, status: str, conclusion: str | None) -> None:
    run.status, run.conclusion, run.updated_at = status, conclusion, now()


def _content(repo: Repository, ref: str, path: str) -> Json:
    found = repo.git.read(f"refs/heads/{ref}:{path}")
    if found is None:
        raise not_found()
    parsed: Json = YAML(typ="safe").load(found[2])
    return parsed


def _declared(content: Json) -> Json:
    triggers = content.get("on")
    if not isinstance(triggers, dict) or "workflow_dispatch" not in triggers:
        raise Refusal(422, "Workflow does not have 'workflow_dispatch' trigger")
    declared: Json = (triggers["workflow_dispatch"] or {}).get("inputs") or {}
    return declared


def _tell(world: World, run: WorkflowRun, action: str) -> None:
    body = {
        "action": action,
        "workflow": workflow(world.urls, run.workflow),
        "workflow_run": workflow_run(world.urls, run),
    }
    announce(world, "workflow_run", run.repository, run.actor, body)
