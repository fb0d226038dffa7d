import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from simulator import GitHubSimulator
from tests.support.shop import Shop

REPO = "/repos/acme/shop"


class Receiver:
    """An HTTP server that keeps what it is sent and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 202
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self) -> list[str]:
        return [headers["X-GitHub-Event"] for headers, _ in self.got]


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    shop.github.hookshot.drain()
    it = Receiver()
    shop.app.hook.url, shop.app.hook.secret = it.url, "secret"
    yield it
    it.stop()


def test_a_delivery_is_signed_over_its_bytes(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()

    ((headers, body),) = receiver.got
    expected = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == str(shop.app.id)
    assert json.loads(body)["installation"]["id"] == shop.installation.id


def test_a_new_secret_signs_from_then_on(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    shop.app.hook.secret = "newer"
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()

    ((headers, body),) = receiver.got
    expected = hmac.new(b"newer", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"


def test_held_deliveries_wait_and_then_come_in_order(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    with simulator.hookshot.held():
        pull = shop.pull()
        simulator.close(pull)
        time.sleep(0.05)
        assert receiver.got == []
        assert len(simulator.hookshot.waiting) == 4
    simulator.hookshot.drain()

    assert receiver.events() == ["push", "check_suite", "pull_request", "pull_request"]


def test_a_failed_delivery_is_on_record_and_can_be_sent_again(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    simulator.hookshot.fail("issues")
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()
    assert receiver.got == []

    app = shop.as_app_itself()
    (failed,) = app("GET", "/app/hook/deliveries?status=failure&per_page=1").json()
    answer = app("POST", f"/app/hook/deliveries/{failed['id']}/attempts")
    simulator.hookshot.drain()

    assert answer.status_code == 202
    ((headers, _),) = receiver.got
    assert headers["X-GitHub-Delivery"] == failed["guid"]
    newest = app("GET", "/app/hook/deliveries").json()[0]
    assert (newest["guid"], newest["redelivery"], newest["status_code"]) == (
        failed["guid"],
        True,
        202,
    )


def test_a_lost_delivery_leaves_no_trace(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    simulator.hookshot.lose("issues")
    known = len(simulator.hookshot.deliveries)

    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()

    assert receiver.got == []
    assert len(simulator.hookshot.deliveries) == known


def test_a_delivery_can_come_several_times_under_one_guid(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    simulator.hookshot.repeat(5, "issues", "opened")
    simulator.open_issue(shop.repo, "T")
    simulator.open_issue(shop.repo, "U")
    simulator.hookshot.drain()

    guids = [headers["X-GitHub-Delivery"] for headers, _ in receiver.got]
    assert len(guids) == 6
    assert len(set(guids)) == 2


def test_several_messages_can_be_delivered_at_once(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()
    message = simulator.hookshot.deliveries[-1].message

    done = simulator.hookshot.deliver_at_once([message] * 5)

    assert [it.status_code for it in done] == [202] * 5
    assert len(receiver.got) == 6


def test_a_delivery_tells_what_was_sent_and_answered(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    receiver.status = 500
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()
    app = shop.as_app_itself()
    (newest,) = app("GET", "/app/hook/deliveries?per_page=1").json()

    full = app("GET", f"/app/hook/deliveries/{newest['id']}").json()

    assert full["response"]["payload"] == "thanks"
    assert full["request"]["payload"]["issue"]["title"] == "T"
    assert full["request"]["headers"]["X-GitHub-Event"] == "issues"
    assert (full["status_code"], full["status"]) == (500, "Invalid HTTP Response")


def test_nobody_listening_is_a_failed_delivery(shop: Shop, simulator: GitHubSimulator) -> None:
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()

    assert simulator.hookshot.deliveries[-1].status == "failed to connect to host"


def test_deliveries_are_listed_by_cursor(shop: Shop, simulator: GitHubSimulator) -> None:
    for number in range(5):
        simulator.open_issue(shop.repo, str(number))
    simulator.hookshot.drain()
    app = shop.as_app_itself()

    first = app("GET", "/app/hook/deliveries?per_page=3")
    second = app("GET", first.links["next"]["url"])

    ids = [it["id"] for page in (first, second) for it in page.json()]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == 5


def test_an_unknown_delivery_is_not_found(shop: Shop) -> None:
    assert shop.as_app_itself()("GET", "/app/hook/deliveries/1").status_code == 404


def test_a_new_app_is_pinged(simulator: GitHubSimulator, app_private_key: str) -> None:
    simulator.create_app(
        "other",
        webhook_url="http://127.0.0.1:9/closed",
        webhook_secret="s",
        private_key=app_private_key,
    )
    simulator.hookshot.drain()

    assert [it.message.event for it in simulator.hookshot.deliveries] == ["ping"]


def test_an_app_can_move_its_webhook(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    app = shop.as_app_itself()

    app("PATCH", "/app/hook/config", json={"url": "http://127.0.0.1:9/away"})
    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()

    assert receiver.got == []
    assert app("GET", "/app/hook/config").json()["url"] == "http://127.0.0.1:9/away"


def test_a_repositorys_own_hook_has_no_installation(
    shop: Shop, simulator: GitHubSimulator, receiver: Receiver
) -> None:
    admin = shop.as_user()
    config = {"url": receiver.url, "content_type": "json", "secret": "own"}
    hook = admin("POST", f"{REPO}/hooks", json={"config": config, "events": ["issues"]}).json()
    shop.app.hook.active = False

    simulator.open_issue(shop.repo, "T")
    simulator.hookshot.drain()

    assert receiver.events() == ["ping", "issues"]
    headers, body = receiver.got[-1]
    assert "installation" not in json.loads(body)
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "repository"
    assert [it["id"] for it in admin("GET", f"{REPO}/hooks").json()] == [hook["id"]]
    path = f"{REPO}/hooks/{hook['id']}/deliveries"
    newest = admin("GET", path).json()[0]
    assert admin("GET", f"{path}/{newest['id']}").json()["event"] == "issues"
    assert admin("POST", f"{path}/{newest['id']}/attempts").status_code == 202
    simulator.hookshot.drain()
    assert receiver.events() == ["ping", "issues", "issues"]


def test_an_app_hears_only_what_it_asked_for(shop: Shop, simulator: GitHubSimulator) -> None:
    shop.app.hook.events.remove("issues")
    before = len(shop.events())

    simulator.open_issue(shop.repo, "T")

    assert shop.events()[before:] == []


def test_an_app_that_may_write_checks_hears_of_them_unasked(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    shop.app.hook.events.clear()
    before = len(shop.events())

    simulator.commit(shop.repo, "topic", {"x": "y"})

    assert shop.events()[before:] == ["check_suite.requested"]


def test_an_app_hears_nothing_of_repositories_it_was_not_given(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    other = simulator.create_repository("acme/other", {"x": "y"})
    simulator.choose_repositories(shop.installation, [shop.repo])
    before = len(shop.events())

    simulator.open_issue(other, "T")

    assert shop.events()[before:] == []


def test_changes_of_an_installation_are_told(shop: Shop, simulator: GitHubSimulator) -> None:
    other = simulator.create_repository("acme/other", {"x": "y"})
    before = len(shop.events())

    simulator.choose_repositories(shop.installation, [shop.repo])
    simulator.choose_repositories(shop.installation, [shop.repo, other])
    simulator.accept_permissions(shop.installation, {"contents": "read"})
    simulator.suspend(shop.installation)
    simulator.unsuspend(shop.installation)
    simulator.uninstall(shop.installation)

    assert shop.events()[before:] == [
        "installation_repositories.removed",
        "installation_repositories.added",
        "installation.new_permissions_accepted",
        "installation.suspend",
        "installation.unsuspend",
        "installation.deleted",
    ]


def test_a_push_lists_its_commits_and_files(shop: Shop, simulator: GitHubSimulator) -> None:
    before = shop.repo.head("main")
    simulator.commit(shop.repo, "main", {"a.py": None, "n.py": "new\n", "b/c.py": "x\n"}, by="al")
    simulator.hookshot.drain()

    pushes = [it.message for it in simulator.hookshot.deliveries if it.message.event == "push"]
    payload = pushes[-1].payload
    (commit,) = payload["commits"]
    assert (commit["added"], commit["removed"], commit["modified"]) == (
        ["n.py"],
        ["a.py"],
        ["b/c.py"],
    )
    assert (payload["before"], payload["ref"]) == (before, "refs/heads/main")
    assert payload["pusher"]["name"] == "al"


def test_a_branch_made_of_known_commits_pushes_none(shop: Shop, simulator: GitHubSimulator) -> None:
    simulator.set_branch(shop.repo, "copy", shop.repo.head("main"))
    simulator.hookshot.drain()

    sent = [it.message for it in simulator.hookshot.deliveries if it.message.event == "push"]
    payload = sent[-1].payload

    assert (payload["created"], payload["commits"]) == (True, [])


def test_tags_are_pushed_too(shop: Shop, simulator: GitHubSimulator) -> None:
    shop.repo.git.point("refs/tags/v1", shop.repo.head("main"))
    simulator.commit(shop.repo, "main", {"x": "y"})
    simulator.hookshot.drain()

    refs = [
        it.message.payload["ref"]
        for it in simulator.hookshot.deliveries
        if it.message.event == "push"
    ]
    assert refs[-2:] == ["refs/heads/main", "refs/tags/v1"]


def test_renaming_is_told_and_redirects(shop: Shop, simulator: GitHubSimulator) -> None:
    client = shop.as_installation()

    simulator.rename(shop.repo, "store")

    answer = client("GET", REPO, allow_redirects=False)
    assert answer.status_code == 301
    assert client("GET", REPO).json()["full_name"] == "acme/store"
    assert shop.events()[-1] == "repository.renamed"
    assert shop.client(None)("GET", REPO).status_code == 404


def test_an_annotated_tag_and_a_merge_are_pushed_with_their_commit(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    merge = simulator.merge(shop.pull())
    shop.repo.git.run("tag", "-a", "-m", "one", "v1", merge)
    simulator.set_branch(shop.repo, "other", merge)
    simulator.hookshot.drain()

    heads = {
        it.message.payload["ref"]: it.message.payload["head_commit"]["id"]
        for it in simulator.hookshot.deliveries
        if it.message.event == "push"
    }
    assert heads["refs/tags/v1"] == heads["refs/heads/main"] == merge


def test_an_app_hears_nothing_that_it_may_not_read(shop: Shop, simulator: GitHubSimulator) -> None:
    simulator.accept_permissions(shop.installation, {"issues": "read"})
    before = len(shop.events())

    simulator.open_issue(shop.repo, "T")
    shop.pull()

    assert shop.events()[before:] == ["issues.opened"]
