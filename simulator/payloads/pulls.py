from simulator.model import Json, PullRequest, Repository, User
from simulator.payloads.basics import node_id, optional_timestamp, simple_user, timestamp
from simulator.payloads.issues import association, label
from simulator.payloads.repositories import repository
from simulator.urls import Urls


def simple_pull(urls: Urls, pull: PullRequest) -> Json:
    """`pull-request-simple`: a pull request in a list."""
    repo, url = pull.repository, urls.pull(pull)
    page = f"{urls.page(repo)}/pull/{pull.number}"
    issue = f"{urls.repository(repo)}/issues/{pull.number}"
    links = {
        "self": url,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{urls.repository(repo)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{urls.repository(repo)}/statuses/{pull.head_sha}",
    }
    return {
        "url": url,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{key}_url": links[key] for key in links if key not in ("self", "html")},
        "number": pull.number,
        "state": pull.issue.state,
        "locked": False,
        "title": pull.issue.title,
        "user": simple_user(urls, pull.issue.user),
        "body": pull.issue.body,
        "labels": [label(urls, repo, each) for each in pull.issue.labels],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": timestamp(pull.issue.created_at),
        "updated_at": timestamp(pull.issue.updated_at),
        "closed_at": optional_timestamp(pull.issue.closed_at),
        "merged_at": optional_timestamp(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _side(urls, pull.head_repository, pull.head_owner, pull.head_ref, pull.head_sha),
        "base": _side(urls, repo, repo.owner, pull.base_ref, pull.base_sha),
        "_links": {key: {"href": href} for key, href in links.items()},
        "author_association": association(repo, pull.issue.user),
        "auto_merge": None,
        "draft": pull.draft,
    }


def _side(urls: Urls, repo: Repository | None, owner: User, ref: str, sha: str) -> Json:
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": simple_user(urls, owner),
        "repo": None if repo is None else repository(urls, repo),
    }


def full_pull(urls: Urls, pull: PullRequest, *, mergeable: bool | None, state: str) -> Json:
    """`pull-request`: one asked for by its own address, and the one in events.

    `state` is GitHub's `mergeable_state`: clean, dirty, blocked, behind, draft, unstable, unknown.
    """
    git = pull.repository.git
    base = git.merge_base(pull.base_sha, pull.head_sha)
    changes = git.changes(base, pull.head_sha)
    merger = pull.merged_by
    return {
        **simple_pull(urls, pull),
        "merged": pull.merged_at is not None,
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": state,
        "merged_by": None if merger is None else simple_user(urls, merger),
        "comments": len(pull.issue.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": git.count(pull.base_sha, pull.head_sha),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }
