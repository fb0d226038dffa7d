"""The tracked issue: its one status comment, and what is said on it once."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from typing import Any

import pytest

from simulator.model import Comment, Issue
from tests.support.deployment import Deployment
from tests.support.service import free_port

CONFIGURATION = """\
version: 1
migrations:
  - issue: 1
    title: One way to get a manager
    phase: {phase}
    rules:
      - id: factory-import
        kind: banned-import
        modules: [legacy.factory]
"""
CLEAN = "import modern\n"
LEGACY = "from legacy.factory import create\n"
CANON_YML = ".github/canon.yml"
_numbers = count(1)


class Fine(BaseHTTPRequestHandler):
    """A service that is well."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def configured(phase: str) -> str:
    return CONFIGURATION.format(phase=phase)


def small(phase: str, **files: str) -> dict[str, Any]:
    """A repository of a few modules in place of the sample shop."""
    modules = {f"{name}.py": text for name, text in files.items()}
    return {CANON_YML: configured(phase), **modules}


class Place:
    """A repository of its own with one tracked issue, under the Canon that all tests share."""

    def __init__(self, canon: Deployment) -> None:
        self.canon = canon
        name = f"acme/tracked-{next(_numbers)}"
        self.repo = canon.simulator.create_repository(name, {"README.md": "# Tracked\n"})
        self.issue: Issue = canon.simulator.open_issue(self.repo, "One manager")

    def push(self, files: dict[str, Any], *, by: str = "bea", message: str = "Change") -> str:
        return self.canon.simulator.commit(self.repo, "main", files, by=by, message=message)

    def comments(self) -> list[Comment]:
        return self.canon.simulator.comments(self.issue)

    def says(self, *words: str) -> Comment:
        """The comment with all of these words, as soon as there is one."""

        def look() -> Comment | None:
            return next((c for c in self.comments() if all(word in c.body for word in words)), None)

        return self.canon.wait_for(look, f"a comment with {words}")


@pytest.fixture
def place(canon: Deployment) -> Place:
    return Place(canon)


def test_every_push_to_the_default_branch_brings_the_one_status_comment_up_to_date(
    place: Place,
) -> None:
    first = place.push(small("migrate", a=LEGACY, b=LEGACY))
    status = place.says(first[:12])

    second = place.push({"a.py": CLEAN})
    again = place.says(second[:12])

    assert again.id == status.id
    assert len(place.comments()) == 1


def test_an_issue_closed_with_violations_left_gets_one_note_however_often_it_is_looked_at(
    place: Place,
) -> None:
    place.push(small("migrate", a=LEGACY, b=LEGACY))
    place.canon.wait_for(place.comments, "the status")

    place.canon.simulator.close_issue(place.issue)
    place.says("was closed", "2 violations")
    head = place.push({"README.md": "# Closed\n"})
    place.says(head[:12])

    assert len(place.comments()) == 2
    assert place.issue.state == "closed"


def test_a_done_migration_that_regresses_opens_its_issue_again_and_names_the_change(
    place: Place,
) -> None:
    head = place.push(small("done", a=CLEAN))
    place.says(head[:12])
    place.canon.simulator.close_issue(place.issue)

    culprit = place.push({"a.py": LEGACY}, by="mallory", message="Bring @everyone back")
    note = place.says("not any more")

    assert place.issue.state == "open"
    assert culprit[:12] in note.body
    assert "mallory" in note.body
    assert "@everyone" not in note.body


def test_the_change_that_brought_a_regression_is_found_among_several(place: Place) -> None:
    head = place.push(small("done", a=CLEAN))
    place.says(head[:12])
    with place.canon.held("fetch"):  # all of these are one fetch, and one look
        place.push({"b.py": CLEAN}, by="alice")
        culprit = place.push({"a.py": LEGACY}, by="mallory")
        place.push({"b.py": LEGACY}, by="carol")

    note = place.says("not any more")

    assert culprit[:12] in note.body
    assert "mallory" in note.body


def test_a_migration_that_was_never_above_its_target_is_left_alone(place: Place) -> None:
    place.push(small("done", a=CLEAN))
    place.canon.wait_for(place.comments, "the status")

    place.canon.simulator.close_issue(place.issue)
    place.canon.settle()

    assert len(place.comments()) == 1


def test_the_phase_is_a_label_where_the_operator_wants_it(deployment: Deployment) -> None:
    deployment.settings["CANON_PHASE_LABELS"] = "true"
    deployment.start()
    place = Place(deployment)
    place.push(small("detect", a=LEGACY))
    deployment.wait_for(lambda: place.issue.labels, "the label")
    place.push(small("migrate", a=LEGACY))

    def names() -> bool:
        return [label.name for label in place.issue.labels] == ["canon:migrate"]

    deployment.wait_for(names, "the next label")


def ticked(body: str, command: str) -> str:
    """The comment after somebody ticked the box of a command."""
    lines = [
        line.replace("- [ ]", "- [x]", 1) if f"<!-- canon:do {command}" in line else line
        for line in body.split("\n")
    ]
    assert "\n".join(lines) != body, body
    return "\n".join(lines)


def test_a_ticked_box_is_done_for_whoever_ticked_it_and_is_empty_afterwards(place: Place) -> None:
    place.push(small("migrate", a=LEGACY))
    status = place.says("canon:do report")
    place.canon.simulator.grant(place.repo, "wendy", "write")

    body = ticked(status.body, "report")
    place.canon.simulator.edit_comment(status, body, by="wendy")

    place.says("canon:answer:")
    place.canon.wait_for(lambda: "- [x]" not in status.body, "the box to be empty again")
    assert len(place.comments()) == 2


def test_a_box_that_is_ticked_in_a_comment_that_only_looks_like_the_status_does_nothing(
    place: Place,
) -> None:
    place.push(small("migrate", a=LEGACY))
    status = place.says("canon:do report")
    place.canon.simulator.grant(place.repo, "wendy", "write")
    copy = place.canon.simulator.comment(place.issue, status.body, by="mallory")

    place.canon.simulator.edit_comment(copy, ticked(copy.body, "report"), by="wendy")
    place.canon.settle()

    assert len(place.comments()) == 2


def test_the_next_phase_is_proposed_once_when_its_conditions_are_met(place: Place) -> None:
    place.push(small("migrate", a=LEGACY))
    place.canon.wait_for(place.comments, "the status")
    assert list(place.repo.pulls) == []

    place.push({"a.py": CLEAN})
    (pull,) = place.canon.wait_for(lambda: list(place.repo.pulls.values()), "a pull request")
    changed = place.repo.git.read(f"{pull.head_sha}:{CANON_YML}")
    assert changed is not None
    assert changed[2].decode() == configured("validate")

    place.canon.simulator.close(pull)
    head = place.push({"b.py": CLEAN})
    place.says(head[:12])
    assert len(place.repo.pulls) == 1


PROBE = """\
    probes:
      - {name: staging, http: "http://127.0.0.1:%d/", within: 1s, every: 1s, alert_below: 99%%}
"""


def test_a_service_that_fails_opens_one_alert_that_closes_when_it_is_well_again(
    deployment: Deployment,
) -> None:
    deployment.settings["CANON_PROBE_HOSTS"] = "127.0.0.1"
    deployment.start()
    place = Place(deployment)
    port = free_port()
    place.push(small("migrate", a=LEGACY) | {CANON_YML: configured("migrate") + PROBE % port})

    alert = place.says("is below 99%")
    with HTTPServer(("127.0.0.1", port), Fine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        deployment.wait_for(lambda: "well again" in alert.body, "the alert to close")
        server.shutdown()

    assert [
        c.body.count("staging") > 0 and "canon:alert" in c.body for c in place.comments()
    ].count(True) == 1
