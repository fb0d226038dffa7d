"""The tracked issue: its one status comment, and what is said on it once."""

from typing import Any

import pytest

from simulator.model import Comment, Issue
from tests.support.deployment import Deployment

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


def small(phase: str, **files: str) -> dict[str, Any]:
    """A repository of a few modules in place of the sample shop."""
    modules = {f"{name}.py": text for name, text in files.items()}
    return {".github/canon.yml": CONFIGURATION.format(phase=phase), **modules}


class Place:
    """A deployment with one tracked issue."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.issue: Issue = deployment.simulator.open_issue(deployment.repo, "One manager")

    def push(self, files: dict[str, Any], *, by: str = "bea", message: str = "Change") -> str:
        return self.deployment.simulator.commit(
            self.deployment.repo, "main", files, by=by, message=message
        )

    def comments(self) -> list[Comment]:
        return self.deployment.simulator.comments(self.issue)

    def says(self, *words: str) -> Comment:
        """The comment with all of these words, as soon as there is one."""

        def look() -> Comment | None:
            return next((c for c in self.comments() if all(word in c.body for word in words)), None)

        return self.deployment.wait_for(look, f"a comment with {words}")


@pytest.fixture
def place(deployment: Deployment) -> Place:
    return Place(deployment)


def test_every_push_to_the_default_branch_brings_the_one_status_comment_up_to_date(
    place: Place,
) -> None:
    place.deployment.start()
    first = place.push(small("migrate", a=LEGACY, b=LEGACY))
    status = place.says(first[:12])

    second = place.push({"a.py": CLEAN})
    again = place.says(second[:12])

    assert again.id == status.id
    assert len(place.comments()) == 1


def test_an_issue_closed_with_violations_left_gets_one_note_however_often_it_is_looked_at(
    place: Place,
) -> None:
    place.deployment.start()
    place.push(small("migrate", a=LEGACY, b=LEGACY))
    place.deployment.wait_for(place.comments, "the status")

    place.deployment.simulator.close_issue(place.issue)
    place.says("was closed", "2 violations")
    head = place.push({"README.md": "# Closed\n"})
    place.says(head[:12])

    assert len(place.comments()) == 2
    assert place.issue.state == "closed"


def test_a_done_migration_that_regresses_opens_its_issue_again_and_names_the_change(
    place: Place,
) -> None:
    place.deployment.start()
    head = place.push(small("done", a=CLEAN))
    place.says(head[:12])
    place.deployment.simulator.close_issue(place.issue)

    culprit = place.push({"a.py": LEGACY}, by="mallory", message="Bring @everyone back")
    note = place.says("not any more")

    assert place.issue.state == "open"
    assert culprit[:12] in note.body
    assert "mallory" in note.body
    assert "@everyone" not in note.body


def test_the_change_that_brought_a_regression_is_found_among_several(place: Place) -> None:
    place.deployment.start()
    head = place.push(small("done", a=CLEAN))
    place.says(head[:12])
    with place.deployment.held("fetch"):  # all of these are one fetch, and one look
        place.push({"b.py": CLEAN}, by="alice")
        culprit = place.push({"a.py": LEGACY}, by="mallory")
        place.push({"b.py": LEGACY}, by="carol")

    note = place.says("not any more")

    assert culprit[:12] in note.body
    assert "mallory" in note.body


def test_a_migration_that_was_never_above_its_target_is_left_alone(place: Place) -> None:
    place.deployment.start()
    place.push(small("done", a=CLEAN))
    place.deployment.wait_for(place.comments, "the status")

    place.deployment.simulator.close_issue(place.issue)
    place.deployment.settle()

    assert len(place.comments()) == 1


def test_the_phase_is_a_label_where_the_operator_wants_it(place: Place) -> None:
    place.deployment.settings["CANON_PHASE_LABELS"] = "true"
    place.deployment.start()
    place.push(small("detect", a=LEGACY))
    place.deployment.wait_for(lambda: place.issue.labels, "the label")
    place.push(small("migrate", a=LEGACY))

    def names() -> bool:
        return [label.name for label in place.issue.labels] == ["canon:migrate"]

    place.deployment.wait_for(names, "the next label")
