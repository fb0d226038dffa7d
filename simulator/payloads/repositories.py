from simulator.git import GitError
from simulator.model import ADMIN, READ, WRITE, Json, Repository, suffices
from simulator.objects import Commit, FileChange, Person, TouchedPaths
from simulator.payloads.basics import node_id, simple_user, timestamp
from simulator.urls import Urls

_SUFFIXES = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}

_FRESH: Json = {
    "description": None,
    "homepage": None,
    "language": None,
    "license": None,
    "mirror_url": None,
    "forks": 0,
    "forks_count": 0,
    "stargazers_count": 0,
    "watchers": 0,
    "watchers_count": 0,
    "size": 0,
    "has_issues": True,
    "has_projects": False,
    "has_wiki": False,
    "has_pages": False,
    "has_downloads": True,
    "has_discussions": False,
    "archived": False,
    "disabled": False,
    "is_template": False,
    "allow_forking": True,
    "web_commit_signoff_required": False,
    "topics": [],
}


def repository(urls: Urls, repo: Repository) -> Json:
    """`repository` and `minimal-repository`: a repository as it stands in other objects."""
    url, page = urls.repository(repo), urls.page(repo)
    host = urls.web.partition("://")[2]
    open_issues = sum(issue.state == "open" for issue in repo.issues.values())
    return {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "owner": simple_user(urls, repo.owner),
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "html_url": page,
        "url": url,
        "fork": repo.parent is not None,
        **{key: url + suffix for key, suffix in _SUFFIXES.items()},
        **_FRESH,
        "git_url": f"git://{host}/{repo.full_name}.git",
        "ssh_url": f"git@{host}:{repo.full_name}.git",
        "clone_url": urls.clone(repo),
        "svn_url": page,
        "default_branch": repo.default_branch,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "created_at": timestamp(repo.created_at),
        "updated_at": timestamp(repo.pushed_at),
        "pushed_at": timestamp(repo.pushed_at),
    }


def full_repository(urls: Urls, repo: Repository) -> Json:
    """`full-repository`: a repository asked for by its own address."""
    ancestry = {}
    if repo.parent is not None:
        ancestry = {key: repository(urls, repo.parent) for key in ("parent", "source")}
    return {
        **repository(urls, repo),
        **ancestry,
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "allow_update_branch": False,
        "subscribers_count": 0,
        "network_count": 0,
    }


def pushed_repository(urls: Urls, repo: Repository) -> Json:
    """The repository in a `push` event, which alone counts times in seconds."""
    owner = {"name": repo.owner.login, "email": None, **simple_user(urls, repo.owner)}
    return {
        **repository(urls, repo),
        "owner": owner,
        "created_at": int(repo.created_at.timestamp()),
        "pushed_at": int(repo.pushed_at.timestamp()),
        "stargazers": 0,
        "master_branch": repo.default_branch,
    }


def role(level: str | None) -> Json:
    """`permissions`: a role as five booleans."""
    return {
        "admin": suffices(level, ADMIN),
        "maintain": suffices(level, ADMIN) or level == "maintain",
        "push": suffices(level, WRITE),
        "triage": suffices(level, WRITE) or level == "triage",
        "pull": suffices(level, READ),
    }


def _git_user(person: Person) -> Json:
    return {"name": person.name, "email": person.email, "date": timestamp(person.at)}


_UNSIGNED: Json = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def git_commit(urls: Urls, repo: Repository, it: Commit) -> Json:
    """`git-commit`: a commit object of the git database."""
    url = urls.repository(repo)
    return {
        "sha": it.sha,
        "node_id": f"C_{it.sha}",
        "url": f"{url}/git/commits/{it.sha}",
        "html_url": f"{urls.page(repo)}/commit/{it.sha}",
        "author": _git_user(it.author),
        "committer": _git_user(it.committer),
        "message": it.message,
        "tree": {"sha": it.tree, "url": f"{url}/git/trees/{it.tree}"},
        "parents": [_parent(urls, repo, sha, "git/commits") for sha in it.parents],
        "verification": _UNSIGNED,
    }


def commit(urls: Urls, repo: Repository, sha: str) -> Json:
    """`commit`: a commit in a list; nobody's address belongs to an account."""
    it = repo.git.commit(sha)
    url = urls.repository(repo)
    return {
        "sha": it.sha,
        "node_id": f"C_{it.sha}",
        "url": f"{url}/commits/{it.sha}",
        "html_url": f"{urls.page(repo)}/commit/{it.sha}",
        "comments_url": f"{url}/commits/{it.sha}/comments",
        "commit": {
            "url": f"{url}/git/commits/{it.sha}",
            "author": _git_user(it.author),
            "committer": _git_user(it.committer),
            "message": it.message,
            "comment_count": 0,
            "tree": {"sha": it.tree, "url": f"{url}/git/trees/{it.tree}"},
            "verification": _UNSIGNED,
        },
        "author": None,
        "committer": None,
        "parents": [_parent(urls, repo, parent, "commits") for parent in it.parents],
    }


def full_commit(urls: Urls, repo: Repository, sha: str) -> Json:
    """`commit` asked for by its own address: with its files."""
    changes = repo.git.files_of(sha)
    added = sum(change.additions for change in changes)
    deleted = sum(change.deletions for change in changes)
    return {
        **commit(urls, repo, sha),
        "stats": {"additions": added, "deletions": deleted, "total": added + deleted},
        "files": [diff_entry(urls, repo, sha, change) for change in changes],
    }


def _parent(urls: Urls, repo: Repository, sha: str, kind: str) -> Json:
    return {
        "sha": sha,
        "url": f"{urls.repository(repo)}/{kind}/{sha}",
        "html_url": f"{urls.page(repo)}/commit/{sha}",
    }


def simple_commit(repo: Repository, sha: str) -> Json:
    """`simple-commit`: the head commit inside check suites and merge groups."""
    it = repo.git.commit(sha)
    return {
        "id": it.sha,
        "tree_id": it.tree,
        "message": it.message,
        "timestamp": timestamp(it.committer.at),
        "author": {"name": it.author.name, "email": it.author.email},
        "committer": {"name": it.committer.name, "email": it.committer.email},
    }


def pushed_commit(urls: Urls, repo: Repository, sha: str, touched: TouchedPaths | None) -> Json:
    """A commit in a `push` event, with the names of its files (at most 3000 of a kind)."""
    it = repo.git.commit(sha)
    paths = touched or TouchedPaths([], [], [])
    return {
        **simple_commit(repo, sha),
        "author": _git_user(it.author),
        "committer": _git_user(it.committer),
        "distinct": True,
        "url": f"{urls.page(repo)}/commit/{it.sha}",
        "added": paths.added[:3000],
        "removed": paths.removed[:3000],
        "modified": paths.modified[:3000],
    }


_CHANGES = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied"}


def diff_entry(urls: Urls, repo: Repository, sha: str, change: FileChange) -> Json:
    """`diff-entry`: one file of a diff. The patch is left out, as GitHub does for large ones."""
    entry: Json = {
        "sha": change.sha,
        "filename": change.path,
        "status": _CHANGES.get(change.status, "changed"),
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{urls.page(repo)}/blob/{sha}/{change.path}",
        "raw_url": f"{urls.page(repo)}/raw/{sha}/{change.path}",
        "contents_url": f"{urls.repository(repo)}/contents/{change.path}?ref={sha}",
    }
    return entry if change.previous is None else {**entry, "previous_filename": change.previous}


def short_branch(urls: Urls, repo: Repository, name: str, sha: str) -> Json:
    """`short-branch`: a branch in a list."""
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{urls.repository(repo)}/commits/{sha}"},
        "protected": name in repo.protections,
        **_protection(urls, repo, name),
    }


def branch(urls: Urls, repo: Repository, name: str, sha: str) -> Json:
    """`branch-with-protection`: a branch asked for by its own address."""
    url = f"{urls.repository(repo)}/branches/{name}"
    return {
        "name": name,
        "commit": commit(urls, repo, sha),
        "_links": {"self": url, "html": f"{urls.page(repo)}/tree/{name}"},
        "protected": name in repo.protections,
        **_protection(urls, repo, name),
    }


def _protection(urls: Urls, repo: Repository, name: str) -> Json:
    rule = repo.protections.get(name)
    url = f"{urls.repository(repo)}/branches/{name}/protection"
    required = [] if rule is None else rule.required
    app_id = None if rule is None else rule.app_id
    return {
        "protection": {
            "enabled": rule is not None,
            "required_status_checks": {
                "enforcement_level": "off" if rule is None else "everyone",
                "contexts": required,
                "checks": [{"context": name, "app_id": app_id} for name in required],
            },
        },
        "protection_url": url,
    }


def git_ref(urls: Urls, repo: Repository, ref: str) -> Json:
    """`git-ref`: a ref by its full name."""
    found = repo.git.read(ref)
    if found is None:
        raise GitError(f"no ref {ref}")
    sha, kind, _ = found
    url = urls.repository(repo)
    return {
        "ref": ref,
        "node_id": f"REF_{ref}",
        "url": f"{url}/git/{ref}",
        "object": {"type": kind, "sha": sha, "url": f"{url}/git/{kind}s/{sha}"},
    }
