from simulator.answers import Refusal, invalid
from simulator.events import announce
from simulator.model import Json, Repository, Status, User
from simulator.payloads.basics import timestamp
from simulator.payloads.checks import status
from simulator.payloads.repositories import commit
from simulator.world import World

_MOST_PER_CONTEXT = 1000
_LONGEST_DESCRIPTION = 140


def create(world: World, repo: Repository, creator: User, sha: str, sent: Json) -> Status:
    """Set a commit status; raises `Refusal` 422 for what GitHub refuses."""
    if not repo.git.has_commit(sha):
        raise Refusal(422, f"No commit found for SHA: {sha}")
    state = sent["state"]
    if state not in ("error", "failure", "pending", "success"):
        raise invalid("Status", "state", "invalid")
    context, description = sent.get("context", "default"), sent.get("description")
    if len(description or "") > _LONGEST_DESCRIPTION:
        message = f"description is too long (maximum is {_LONGEST_DESCRIPTION} characters)"
        raise invalid("Status", "description", "custom", message)
    same = [it for it in repo.statuses if (it.sha, it.context) == (sha, context)]
    if len(same) >= _MOST_PER_CONTEXT:
        message = "This SHA and context has reached the maximum number of statuses."
        raise invalid("Status", "base", "custom", message)
    it = Status(world.new_id(), sha, state, context, description, sent.get("target_url"), creator)
    repo.statuses.append(it)
    _tell(world, repo, it)
    return it


def _tell(world: World, repo: Repository, it: Status) -> None:
    names = [ref.removeprefix("refs/heads/") for ref, at in repo.seen.items() if at == it.sha]
    url = f"{world.urls.repository(repo)}/commits/{it.sha}"
    shown = status(world.urls, repo, it)
    body = {
        "id": it.id,
        "sha": it.sha,
        "name": repo.full_name,
        "avatar_url": shown["avatar_url"],
        "target_url": it.target_url,
        "context": it.context,
        "description": it.description,
        "state": it.state,
        "commit": commit(world.urls, repo, it.sha),
        "branches": [
            {"name": name, "commit": {"sha": it.sha, "url": url}, "protected": False}
            for name in names
        ],
        "created_at": timestamp(it.created_at),
        "updated_at": timestamp(it.created_at),
    }
    announce(world, "status", repo, it.creator, body)
