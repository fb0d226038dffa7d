"""The pages of the simulator that are for people: pull requests and issues with what is on them."""

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from werkzeug.wrappers import Response

from simulator.model import CheckRun, Issue
from simulator.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONVERSATION = re.compile(r"/(?P<repository>[^/]+/[^/]+)/(?:pull|issues)/(?P<number>[0-9]{1,9})")

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

_ALERT = re.compile(r"<blockquote>\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")
_BOX = re.compile(r"<li>(\s*<p>)?\[([ x])\] ")

_STYLE = """
body { font: 16px/1.5 -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: #1f2328;
       max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; font-weight: 400; } h1 span { color: #59636e; }
.box { border: 1px solid #d1d9e0; border-radius: 6px; margin: 1rem 0; }
.box > header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: .5rem 1rem;
                border-radius: 6px 6px 0 0; color: #59636e; }
.box > div { padding: .5rem 1rem 1rem; }
header b { color: #1f2328; }
.failure { color: #d1242f; } .success { color: #1a7f37; } .neutral, .cancelled { color: #59636e; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { border: 1px solid #d1d9e0; padding: .3rem .8rem; text-align: left; vertical-align: top; }
tr:nth-child(2n) td { background: #f6f8fa; }
code, pre { font: 85%/1.45 ui-monospace, Menlo, Consolas, monospace; background: #818b981f;
            border-radius: 6px; padding: .2em .4em; }
pre { padding: 1rem; overflow: auto; } pre code { background: none; padding: 0; font-size: 100%; }
a { color: #0969da; text-decoration: none; } sub { color: #59636e; }
blockquote { border-left: .25em solid #d1d9e0; color: #59636e; margin: 0; padding: 0 1em; }
blockquote.alert { color: inherit; } .alert > p > b:first-child { color: var(--of); }
.alert { border-color: var(--of); } .note { --of: #0969da; } .tip { --of: #1a7f37; }
.important { --of: #8250df; } .warning { --of: #9a6700; } .caution { --of: #d1242f; }
li.task { list-style: none; margin-left: -1.4em; } .said { white-space: pre-line; }
"""


class Pages:
    """`WSGIApplication` for /owner/name/pull/7 and /issues/7; anything else is 404."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        with self._world.lock:
            issue = self._find(environ["PATH_INFO"])
            response = Response("Not Found\n", 404) if issue is None else _page(issue)
        return response(environ, start_response)

    def _find(self, path: str) -> Issue | None:
        match = CONVERSATION.fullmatch(path)
        repo = None if match is None else self._world.repository(match["repository"])
        return None if match is None or repo is None else repo.issues.get(int(match["number"]))


def _page(issue: Issue) -> Response:
    body = [_title(issue)]
    if issue.pull is not None:
        head = issue.pull.head_sha
        body += [_check(run) for run in issue.repository.runs.values() if run.head_sha == head]
    body += [_box(f"<b>{escape(c.user.login)}</b> commented", c.body) for c in issue.comments]
    page = (
        f"<!doctype html><meta charset=utf-8><title>{escape(issue.title)}</title>"
        f"<style>{_STYLE}</style>{''.join(body)}"
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _title(issue: Issue) -> str:
    return f"<h1>{escape(issue.title)} <span>#{issue.number}</span></h1>"


def _check(run: CheckRun) -> str:
    state = run.conclusion or run.status
    head = (
        f"<b>{escape(run.name)}</b> <span class={escape(state)}>{escape(state)}</span>"
        f" on <code>{run.head_sha[:7]}</code>: {escape(run.title or '')}"
    )
    text = "\n\n".join(part for part in (run.summary, run.text) if part)
    return _box(head, text, _annotations(run))


def _annotations(run: CheckRun) -> str:
    if not run.annotations:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(note['path'])}:{note['start_line']}</code>"
        f"<td class=said><b>{escape(note.get('title') or '')}</b><br>{escape(note['message'])}"
        for note in run.annotations
    )
    return f"<h3>Annotations</h3><table><tr><th>Where<th>What{rows}</table>"


def _box(head: str, markdown: str, more: str = "") -> str:
    return (
        f"<section class=box><header>{head}</header>"
        f"<div>{_rendered(markdown)}{more}</div></section>"
    )


def _rendered(markdown: str) -> str:
    """Markdown as HTML, with the alerts and task lists that GitHub adds to it."""
    html = _ALERT.sub(_alert, _MARKDOWN.render(markdown))
    return _BOX.sub(_task, html)


def _alert(found: re.Match[str]) -> str:
    kind = found[1]
    return f'<blockquote class="alert {kind.lower()}"><p><b>{kind.title()}</b><br>'


def _task(found: re.Match[str]) -> str:
    checked = " checked" if found[2] == "x" else ""
    return f'<li class="task">{found[1] or ""}<input type="checkbox" disabled{checked}> '
