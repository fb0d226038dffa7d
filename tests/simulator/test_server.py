import http.client
import socket
import threading

import pytest

from simulator import GitHubSimulator
from tests.support.shop import Client, Shop

REPO = "/repos/acme/shop"


@pytest.fixture
def client(shop: Shop) -> Client:
    return shop.as_installation()


def test_a_connection_serves_many_requests(simulator: GitHubSimulator, client: Client) -> None:
    port = int(simulator.url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {"Authorization": f"Bearer {client.credential}"}
    locals_ = set()
    for _ in range(3):
        connection.request("GET", f"/api/v3{REPO}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        locals_.add(connection.sock.getsockname() if connection.sock else None)
        assert answer.status == 200
    connection.close()

    assert len(locals_) == 1


def test_a_body_nobody_reads_does_not_spoil_the_next_request(simulator: GitHubSimulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(2):
        connection.request("POST", "/nowhere", body=b"x" * 1000)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 404
    connection.close()


def test_many_clients_are_served_at_once(simulator: GitHubSimulator, client: Client) -> None:
    statuses = []

    def ask() -> None:
        connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=10)
        for _ in range(10):
            connection.request("GET", f"/api/v3{REPO}/contents/a.py", headers=headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()

    headers = {"Authorization": f"Bearer {client.credential}"}
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 80


def test_stopping_closes_idle_connections(simulator: GitHubSimulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 404")

        simulator.stop()

        assert connection.recv(65536) == b""


def test_an_unchanged_answer_is_not_sent_again_and_costs_nothing(client: Client) -> None:
    first = client("GET", REPO)
    again = client("GET", REPO, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-RateLimit-Used"] == first.headers["X-RateLimit-Used"]


def test_a_changed_answer_has_another_etag(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    first = client("GET", f"{REPO}/branches")
    simulator.commit(shop.repo, "topic", {"x": "y"})

    again = client("GET", f"{REPO}/branches", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200


def test_requests_are_counted_until_the_hours_limit(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    simulator.world.hourly_limit = 2

    answers = [client("GET", REPO) for _ in range(3)]

    assert [it.status_code for it in answers] == [200, 200, 403]
    assert [it.headers["X-RateLimit-Remaining"] for it in answers] == ["1", "0", "0"]
    assert "API rate limit exceeded" in answers[-1].json()["message"]
    assert shop.as_installation()("GET", REPO).status_code == 200


def test_the_limit_can_be_asked_for(client: Client) -> None:
    client("GET", REPO)

    told = client("GET", "/rate_limit").json()["rate"]

    assert told["limit"] - told["remaining"] == told["used"] >= 1


def test_the_journal_tells_who_asked_for_what(
    shop: Shop, simulator: GitHubSimulator, client: Client
) -> None:
    shop.pull()
    simulator.journal.clear()

    client("GET", f"{REPO}/pulls?base=main", headers={"If-None-Match": "nothing"})
    client("POST", f"{REPO}/issues/1/comments", json={"body": "x"})
    shop.client(None)("GET", REPO)

    told = [(it.method, it.path, it.status, it.who) for it in simulator.journal]
    assert told == [
        ("GET", f"{REPO}/pulls", 200, "canon[bot]"),
        ("POST", f"{REPO}/issues/1/comments", 201, "canon[bot]"),
        ("GET", REPO, 404, "anonymous"),
    ]
    (posted,) = simulator.journal.find("POST")
    assert posted.json == {"body": "x"}
    assert len(simulator.journal) == 3


def test_bodies_that_are_no_json_objects_are_refused(client: Client) -> None:
    path = f"{client.api_url}{REPO}/issues"
    headers = {"Authorization": f"Bearer {client.credential}"}

    for body in (b"{", b"[]", b'"x"'):
        answer = client.session.post(path, data=body, headers=headers, timeout=5)
        assert answer.status_code == 400


def test_an_unknown_path_is_not_found(simulator: GitHubSimulator, client: Client) -> None:
    assert client("GET", "/nothing/here").status_code == 404
    assert client("GET", "/repositories/1").status_code == 404
    assert client("GET", f"{simulator.url}/nothing").status_code == 404


def test_a_fault_of_the_simulator_is_reported_to_the_test(
    simulator: GitHubSimulator, client: Client
) -> None:
    users, simulator.world.users = simulator.world.users, None  # type: ignore[assignment]

    assert client("GET", "/users/acme").status_code == 500

    (error,) = simulator.errors
    assert isinstance(error, AttributeError)
    simulator.errors.clear()
    simulator.world.users = users


def test_a_client_that_dies_in_the_middle_of_a_request_is_no_fault(
    simulator: GitHubSimulator,
) -> None:
    port = int(simulator.url.rpartition(":")[2])
    for path in (b"/api/v3/repos/acme/shop/check-runs", b"/acme/shop.git/git-upload-pack"):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{" % path
            )
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)

    simulator.stop()

    assert simulator.errors == []
