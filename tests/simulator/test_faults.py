import subprocess
import threading
import time

import pytest
import requests

from simulator import GitHubSimulator, faults
from simulator.faults import Moment, Trouble
from simulator.git import environment
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


@pytest.mark.parametrize(
    ("trouble", "status", "headers"),
    [
        (faults.server_error(), 502, {}),
        (faults.server_error(500), 500, {}),
        (faults.unauthorized(), 401, {}),
        (faults.forbidden(), 403, {}),
        (faults.secondary_limit(7), 403, {"Retry-After": "7"}),
        (faults.too_many_requests(3), 429, {"Retry-After": "3"}),
        (faults.primary_limit(5), 403, {"X-RateLimit-Remaining": "0"}),
    ],
)
def test_a_trouble_answers_instead_of_github_once(
    simulator: GitHubSimulator,
    client: Client,
    trouble: Trouble,
    status: int,
    headers: dict[str, str],
) -> None:
    simulator.faults.add("GET", f"{REPO}$", trouble)

    answer = client("GET", REPO)

    assert answer.status_code == status
    assert headers.items() <= answer.headers.items()
    assert client("GET", REPO).status_code == 200


def test_the_primary_limit_says_when_it_is_reset(
    simulator: GitHubSimulator, client: Client
) -> None:
    simulator.faults.add("GET", REPO, faults.primary_limit(60))

    reset = int(client("GET", REPO).headers["X-RateLimit-Reset"])

    assert 50 <= reset - time.time() <= 60


def test_a_trouble_hits_only_what_it_matches(simulator: GitHubSimulator, client: Client) -> None:
    fault = simulator.faults.add("POST", REPO, faults.server_error(), times=None)

    assert client("GET", REPO).status_code == 200
    assert fault.hits == 0


def test_a_trouble_lasts_as_many_times_as_asked_or_until_removed(
    simulator: GitHubSimulator, client: Client
) -> None:
    simulator.faults.add("*", REPO, faults.server_error(503), times=2)
    fault = simulator.faults.add("GET", REPO, faults.server_error(), times=None)

    statuses = [client("GET", REPO).status_code for _ in range(4)]
    fault.remove()
    statuses.append(client("GET", REPO).status_code)

    assert statuses == [503, 503, 502, 502, 200]
    assert fault.hits == 2


def test_clearing_removes_every_trouble(simulator: GitHubSimulator, client: Client) -> None:
    simulator.faults.add("*", ".", faults.server_error(), times=None)

    simulator.faults.clear()

    assert client("GET", REPO).status_code == 200


def test_a_slow_answer_is_still_the_honest_one(simulator: GitHubSimulator, client: Client) -> None:
    simulator.faults.add("GET", REPO, faults.slow(0.2))
    started = time.monotonic()

    assert client("GET", REPO).status_code == 200
    assert time.monotonic() - started >= 0.2


def test_a_hanging_answer_runs_into_the_clients_limit(
    simulator: GitHubSimulator, client: Client
) -> None:
    simulator.faults.add("GET", REPO, faults.hang())

    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.get(client.api_url + REPO, timeout=0.1)


def test_a_dropped_connection_has_no_effect(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull = shop.pull()
    simulator.faults.add("POST", "/comments$", faults.drop())

    with pytest.raises(requests.exceptions.ConnectionError):
        client("POST", f"{REPO}/issues/1/comments", json={"body": "x"})

    assert simulator.comments(pull) == []
    assert simulator.journal.find("POST", "/comments$", status=0) != []


def test_a_dropped_answer_has_its_effect(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull = shop.pull()
    simulator.faults.add("POST", "/comments$", faults.drop_answer())

    with pytest.raises(requests.exceptions.ConnectionError):
        client("POST", f"{REPO}/issues/1/comments", json={"body": "x"})

    assert len(simulator.comments(pull)) == 1


def test_an_answer_can_be_cut_off_in_the_middle(simulator: GitHubSimulator, client: Client) -> None:
    simulator.faults.add("GET", REPO, faults.cut(10))

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client("GET", REPO)

    assert client("GET", REPO).status_code == 200


@pytest.mark.usefixtures("shop")
def test_git_can_be_in_trouble_too(simulator: GitHubSimulator) -> None:
    token = simulator.create_token("acme")
    simulator.faults.add("POST", "git-upload-pack", faults.server_error())
    url = f"http://x:{token}@{simulator.url.removeprefix('http://')}/acme/shop.git"

    done = subprocess.run(
        ["git", "ls-remote", url], env=environment(), capture_output=True, check=False, text=True
    )

    assert done.returncode != 0
    assert "502" in done.stderr


def comment_in_background(client: Client) -> tuple[threading.Thread, list[int]]:
    outcome: list[int] = []

    def run() -> None:
        try:
            answer = client("POST", f"{REPO}/issues/1/comments", json={"body": "x"})
            outcome.append(answer.status_code)
        except requests.exceptions.ConnectionError:
            outcome.append(0)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.parametrize(
    ("moment", "comments"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)], ids=["before", "after"]
)
def test_a_gate_holds_a_request_before_or_after_its_effect(
    shop: Shop, simulator: GitHubSimulator, client: Client, moment: Moment, comments: int
) -> None:
    pull = shop.pull()
    gate = simulator.faults.gate("POST", "/comments$", moment)
    thread, outcome = comment_in_background(client)

    gate.wait_for()
    assert len(simulator.comments(pull)) == comments
    assert outcome == []

    gate.release()
    thread.join()
    assert outcome == [201]
    assert len(simulator.comments(pull)) == 1


@pytest.mark.parametrize(
    ("moment", "comments"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)], ids=["before", "after"]
)
def test_a_held_request_can_be_cut_off(
    shop: Shop, simulator: GitHubSimulator, client: Client, moment: Moment, comments: int
) -> None:
    pull = shop.pull()
    gate = simulator.faults.gate("POST", "/comments$", moment)
    thread, outcome = comment_in_background(client)
    gate.wait_for()

    gate.discard()
    thread.join()

    assert outcome == [0]
    assert len(simulator.comments(pull)) == comments


def test_an_open_gate_holds_nobody(shop: Shop, simulator: GitHubSimulator, client: Client) -> None:
    shop.pull()
    with simulator.faults.gated("POST", "/comments$") as gate:
        thread, _ = comment_in_background(client)
        gate.wait_for()
    thread.join()

    assert client("POST", f"{REPO}/issues/1/comments", json={"body": "y"}).status_code == 201
    assert gate.arrivals == 1


def test_a_gate_to_which_nobody_comes_is_a_timeout(simulator: GitHubSimulator) -> None:
    gate = simulator.faults.gate("GET", "/nothing")

    with pytest.raises(TimeoutError, match="0 of 1"):
        gate.wait_for(timeout=0.01)


def test_stopping_cuts_off_who_waits(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    shop.pull()
    gate = simulator.faults.gate("POST", "/comments$")
    thread, outcome = comment_in_background(client)
    gate.wait_for()

    simulator.stop()
    thread.join()

    assert outcome == [0]


def test_an_outage_ends_with_everything_still_there(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    pull, url = shop.pull(), simulator.api_url
    client("POST", f"{REPO}/issues/1/comments", json={"body": "x"})

    simulator.stop()
    with pytest.raises(requests.exceptions.ConnectionError):
        client("GET", REPO)
    simulator.start()

    assert simulator.api_url == url
    assert client("GET", f"{REPO}/issues/1/comments").json()[0]["body"] == "x"
    assert client("GET", f"{REPO}/pulls/1").json()["head"]["sha"] == pull.head_sha
