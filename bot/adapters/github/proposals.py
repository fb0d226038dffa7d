"""Pull requests of Canon's own: one commit, made without a clone.

See https://docs.github.com/en/rest/git for trees, commits and refs. A commit that an App makes
this way, without an author, is signed by GitHub.
"""

from typing import Any

from github.Repository import Repository

from bot.adapters.github.errors import NotFoundError
from bot.adapters.github.limits import COMMENT_CHARACTERS, one_line, within_characters
from bot.domain.errors import RequestRefusedError
from bot.domain.proposal import Proposal, Proposed

_TITLE_CHARACTERS = 256


class PullRequestProposals:
    """The `Proposals` port."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def propose(self, proposal: Proposal) -> Proposed:
        """Open the pull request, or answer the open one from that branch."""
        standing = self._standing(proposal)
        if standing is not None:
            return standing
        self._point(proposal.branch, self._commit(proposal))
        body = {
            "title": one_line(proposal.title, _TITLE_CHARACTERS),
            "body": within_characters(proposal.body, COMMENT_CHARACTERS),
            "head": proposal.branch,
            "base": proposal.base,
        }
        try:
            opened = self._send("POST", "pulls", body)
        except RequestRefusedError:
            # Another process was faster; where it is not that, the refusal says what is wrong.
            standing = self._standing(proposal)
            if standing is None:
                raise
            return standing
        return Proposed(number=opened["number"], url=opened["html_url"], new=True)

    def _standing(self, proposal: Proposal) -> Proposed | None:
        owner = self._repository.url.split("/")[-2]
        query = {"head": f"{owner}:{proposal.branch}", "state": "open"}
        url = f"{self._repository.url}/pulls"
        _, found = self._repository.requester.requestJsonAndCheck("GET", url, query)
        if not found:
            return None
        return Proposed(number=found[0]["number"], url=found[0]["html_url"], new=False)

    def _commit(self, proposal: Proposal) -> str:
        base = self._get(f"git/commits/{proposal.base_sha}")
        entries = [
            {"path": path, "mode": "100644", "type": "blob", "content": content.decode()}
            for path, content in sorted(proposal.files.items())
        ]
        tree = self._send("POST", "git/trees", {"base_tree": base["tree"]["sha"], "tree": entries})
        commit = {
            "message": proposal.message,
            "tree": tree["sha"],
            "parents": [proposal.base_sha],
        }
        return str(self._send("POST", "git/commits", commit)["sha"])

    def _point(self, branch: str, sha: str) -> None:
        """Make the branch, or begin it anew: what is left of an earlier attempt counts for none."""
        try:
            self._get(f"git/ref/heads/{branch}")
        except NotFoundError:
            self._send("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})
        else:
            self._send("PATCH", f"git/refs/heads/{branch}", {"sha": sha, "force": True})

    def _get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def _send(self, verb: str, path: str, body: dict[str, Any] | None) -> Any:
        url = f"{self._repository.url}/{path}"
        _, answer = self._repository.requester.requestJsonAndCheck(verb, url, input=body)
        return answer
