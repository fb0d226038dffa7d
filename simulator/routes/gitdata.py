"""https://docs.github.com/en/rest/git."""

import base64

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
    url = f"{call.urls.repository(call.repo)}/git/trees/{found[0]}"
    entries = call.repo.git.tree(found[0], recursive=recursive) or []
    return Answer(
        {
            "sha": found[0],
            "url": url,
            "tree": [_entry(call, entry) for entry in entries],
            "truncated": False,
        }
    )


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
