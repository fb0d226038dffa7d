"""https://docs.github.com/en/rest/repos/contents."""

import base64
from urllib.parse import quote

from simulator.answers import Answer, Refusal, not_found
from simulator.calls import Call
from simulator.model import Json
from simulator.objects import TreeEntry, text
from simulator.routing import REPO, Routes

routes = Routes()

_LARGEST_INLINE = 1024 * 1024
_KINDS = {"tree": "dir", "commit": "submodule"}
_SYMLINK = "120000"


@routes.add("GET", f"{REPO}/contents", "contents")
def get_root(call: Call) -> Answer:
    """The files at the top."""
    return get_contents(call, "")


@routes.add("GET", f"{REPO}/contents/<path:path>", "contents")
def get_contents(call: Call, path: str) -> Answer:
    """A file with its content, or the listing of a folder, at `ref`."""
    git, path = call.repo.git, path.strip("/")
    ref = call.query("ref", call.repo.default_branch)
    sha = git.resolve(ref)
    if sha is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    listing = git.tree(f"{sha}:{path}")
    if listing is not None:
        prefix = f"{path}/" if path else ""
        return Answer([_item(call, ref, prefix + entry.path, entry) for entry in listing])
    folder, _, name = path.rpartition("/")
    entries = git.tree(f"{sha}:{folder}") or []
    entry = next((entry for entry in entries if entry.path == name), None)
    if entry is None:
        raise not_found()
    return Answer({**_item(call, ref, path, entry), **_content(call, entry)})


def _item(call: Call, ref: str, path: str, entry: TreeEntry) -> Json:
    repo = call.repo
    place, at = quote(path), quote(ref, safe="")
    url = f"{call.urls.repository(repo)}/contents/{place}?ref={at}"
    kind = "symlink" if entry.mode == _SYMLINK else _KINDS.get(entry.type, "file")
    git_url = f"{call.urls.repository(repo)}/git/{entry.type}s/{entry.sha}"
    html = f"{call.urls.page(repo)}/{'tree' if kind == 'dir' else 'blob'}/{at}/{place}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": html,
        "git_url": git_url,
        "download_url": None if kind != "file" else f"{call.urls.page(repo)}/raw/{at}/{place}",
        "type": kind,
        "_links": {"self": url, "git": git_url, "html": html},
    }


def _content(call: Call, entry: TreeEntry) -> Json:
    found = call.repo.git.read(entry.sha)
    if entry.type != "blob" or found is None:
        return {"submodule_git_url": call.urls.clone(call.repo)}
    if entry.mode == _SYMLINK:
        return {"target": text(found[2])}
    if len(found[2]) > _LARGEST_INLINE:
        return {"content": "", "encoding": "none"}
    return {"content": base64.encodebytes(found[2]).decode(), "encoding": "base64"}
