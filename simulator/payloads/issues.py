from simulator.model import Comment, Issue, Json, Label, Reaction, Repository, User
from simulator.payloads.apps import integration
from simulator.payloads.basics import (
    node_id,
    optional_timestamp,
    reactions,
    simple_user,
    timestamp,
)
from simulator.urls import Urls


def association(repo: Repository, user: User) -> str:
    """`author-association`: how somebody stands to the repository."""
    if user is repo.owner:
        return "OWNER"
    return "COLLABORATOR" if repo.role_of(user) else "NONE"


def label(urls: Urls, repo: Repository, it: Label) -> Json:
    """`label`."""
    return {
        "id": it.id,
        "node_id": node_id("LA", it.id),
        "url": f"{urls.repository(repo)}/labels/{it.name}",
        "name": it.name,
        "description": it.description,
        "color": it.color,
        "default": False,
    }


def issue(urls: Urls, it: Issue) -> Json:
    """`issue`; a pull request is one too, with `pull_request`."""
    repo = it.repository
    url = f"{urls.repository(repo)}/issues/{it.number}"
    kind = "issues" if it.pull is None else "pull"
    page = f"{urls.page(repo)}/{kind}/{it.number}"
    return {
        "id": it.id,
        "node_id": node_id("I", it.id),
        "url": url,
        "repository_url": urls.repository(repo),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "number": it.number,
        "state": it.state,
        "state_reason": it.state_reason,
        "title": it.title,
        "body": it.body,
        "user": simple_user(urls, it.user),
        "labels": [label(urls, repo, each) for each in it.labels],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": False,
        "active_lock_reason": None,
        "comments": len(it.comments),
        "closed_at": optional_timestamp(it.closed_at),
        "created_at": timestamp(it.created_at),
        "updated_at": timestamp(it.updated_at),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "author_association": association(repo, it.user),
        "reactions": reactions(url, [each.content for each in it.reactions]),
        **({} if it.pull is None else _pull_part(urls, it, page)),
    }


def _pull_part(urls: Urls, it: Issue, page: str) -> Json:
    if it.pull is None:
        raise ValueError(f"#{it.number} is no pull request")
    return {
        "draft": it.pull.draft,
        "pull_request": {
            "url": urls.pull(it.pull),
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": optional_timestamp(it.pull.merged_at),
        },
    }


def comment(urls: Urls, it: Comment) -> Json:
    """`issue-comment`."""
    repo = it.issue.repository
    url = f"{urls.repository(repo)}/issues/comments/{it.id}"
    kind = "issues" if it.issue.pull is None else "pull"
    return {
        "id": it.id,
        "node_id": node_id("IC", it.id),
        "url": url,
        "html_url": f"{urls.page(repo)}/{kind}/{it.issue.number}#issuecomment-{it.id}",
        "issue_url": f"{urls.repository(repo)}/issues/{it.issue.number}",
        "body": it.body,
        "user": simple_user(urls, it.user),
        "created_at": timestamp(it.created_at),
        "updated_at": timestamp(it.updated_at),
        "author_association": association(repo, it.user),
        "performed_via_github_app": None if it.app is None else integration(urls, it.app),
        "reactions": reactions(url, [each.content for each in it.reactions]),
    }


def reaction(urls: Urls, it: Reaction) -> Json:
    """`reaction`."""
    return {
        "id": it.id,
        "node_id": node_id("REA", it.id),
        "user": simple_user(urls, it.user),
        "content": it.content,
        "created_at": timestamp(it.created_at),
    }
