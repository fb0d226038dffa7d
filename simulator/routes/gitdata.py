"""https://docs.github.com/en/rest/git."""

import base64

from simulator.activity import pushes
from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import Json
from simulator.objects import TreeEntry, parse_commit
from simulator.payloads import repositories as payloads
from simulator.routing import REPO, Routes

routes = Routes()


@routes.add("GET", f"{REPO}/git/ref/<path:ref>", "contents")
def get_ref(call: Call, ref: str) -> Answer:
    """One ref, named without `refs/`."""
    if call.repo.git.read(f"refs/{ref}") is None:
        raise not_found()
    return Answer(payloads.git_ref(call.urls, call.repo, f"refs/{ref}"))


@routes.add("GET", f"{REPO}/git/matching-refs/<path:ref>", "contents")
def list_refs(call: Call, ref: str) -> Answer:
    """Every branch and tag that begins so."""
    names = [name for name in sorted(call.repo.seen) if name.startswith(f"refs/{ref}")]
    return call.page_of(names, lambda name: payloads.git_ref(call.urls, call.repo, name))


@routes.add("POST", f"{REPO}/git/refs", "contents")
def create_ref(call: Call) -> Answer:
    """Make a branch or tag, named with `refs/`."""
    ref, sha = (call.required(name, str, "Reference") for name in ("ref", "sha"))
    if ref.count("/") < 2 or not ref.startswith("refs/"):
        raise Refusal(422, f"{ref} is not a valid ref name.")
    if call.repo.git.read(ref) is not None:
        raise Refusal(422, "Reference already exists")
    shown = _pointed(call, ref, sha)
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("PATCH", f"{REPO}/git/refs/<path:ref>", "contents")
def update_ref(call: Call, ref: str) -> Answer:
    """Move a branch or tag; back or aside only with `force`."""
    sha = call.required("sha", str, "Reference")
    was = call.repo.git.read(f"refs/{ref}")
    if was is None:
        raise Refusal(422, "Reference does not exist")
    forced = bool(call.body.get("force"))
    if call.repo.git.has_commit(sha) and not forced and not call.repo.git.contains(was[0], sha):
        raise Refusal(422, "Update is not a fast forward")
    return Answer(_pointed(call, f"refs/{ref}", sha))


@routes.add("POST", f"{REPO}/git/trees", "contents")
def create_tree(call: Call) -> Answer:
    """Make a tree of files, on top of another where `base_tree` is given."""
    git, base = call.repo.git, call.body.get("base_tree")
    if base is not None and git.tree(base) is None:
        raise Refusal(422, "base_tree is not a valid tree")
    files: dict[str, str | None] = {}
    for entry in call.required("tree", list, "Tree"):
        if "content" in entry:
            files[entry["path"]] = git.blob(entry["content"].encode())
        else:
            files[entry["path"]] = entry["sha"]
    sha = git.replant(base, files)
    return Answer(_tree(call, sha, git.tree(sha) or []), 201)


@routes.add("POST", f"{REPO}/git/commits", "contents")
def create_commit(call: Call) -> Answer:
    """Make a commit of a tree; nothing points to it yet."""
    message, tree = (call.required(name, str, "Commit") for name in ("message", "tree"))
    git, parents = call.repo.git, call.body.get("parents", [])
    if git.tree(tree) is None:
        raise Refusal(422, "Tree SHA does not exist")
    if not all(map(git.has_commit, parents)):
        raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    sha = git.commit_tree(tree, parents, message)
    shown = payloads.git_commit(call.urls, call.repo, git.commit(sha))
    return Answer(shown, 201, {"Location": shown["url"]})


@routes.add("GET", f"{REPO}/git/commits/<sha>", "contents")
def get_commit(call: Call, sha: str) -> Answer:
    """A commit object."""
    raw = _object(call, sha, "commit")
    return Answer(payloads.git_commit(call.urls, call.repo, parse_commit(sha, raw)))


@routes.add("GET", f"{REPO}/git/blobs/<sha>", "contents")
def get_blob(call: Call, sha: str) -> Answer:
    """A file's bytes."""
    raw = _object(call, sha, "blob")
    return Answer(
        {
            "sha": sha,
            "node_id": f"B_{sha}",
            "size": len(raw),
            "url": f"{call.urls.repository(call.repo)}/git/blobs/{sha}",
            "content": base64.encodebytes(raw).decode(),
            "encoding": "base64",
        }
    )


@routes.add("GET", f"{REPO}/git/trees/<path:sha>", "contents")
def get_tree(call: Call, sha: str) -> Answer:
    """A tree, `recursive` with all that is below."""
    found = call.repo.git.read(f"{sha}^{{tree}}")
    if found is None:
        raise not_found()
    recursive = bool(call.query("recursive"))
    return Answer(_tree(call, found[0], call.repo.git.tree(found[0], recursive=recursive) or []))


def _tree(call: Call, sha: str, entries: list[TreeEntry]) -> Json:
    return {
        "sha": sha,
        "url": f"{call.urls.repository(call.repo)}/git/trees/{sha}",
        "tree": [_entry(call, entry) for entry in entries],
        "truncated": False,
    }


def _pointed(call: Call, ref: str, sha: str) -> Json:
    """The ref, after it was set and everybody was told."""
    if not call.repo.git.has_commit(sha):
        raise Refusal(422, "Object does not exist")
    call.repo.git.point(ref, sha)
    pushes.notice(call.world, call.repo, call.user)
    return payloads.git_ref(call.urls, call.repo, ref)


def _entry(call: Call, entry: TreeEntry) -> Json:
    shown: Json = {
        "path": entry.path,
        "mode": entry.mode,
        "type": entry.type,
        "sha": entry.sha,
    }
    if entry.type != "commit":
        shown["url"] = f"{call.urls.repository(call.repo)}/git/{entry.type}s/{entry.sha}"
    if entry.size is not None:
        shown["size"] = entry.size
    return shown


def _object(call: Call, sha: str, kind: str) -> bytes:
    found = call.repo.git.read(sha)
    if found is None or found[1] != kind:
        raise not_found()
    if found[0] != sha:
        raise Refusal(422, "The sha parameter must be exactly 40 characters long.")
    return found[2]
