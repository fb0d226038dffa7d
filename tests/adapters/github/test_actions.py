import pytest

from bot.adapters.github.actions import DispatchedWorkflows
from bot.adapters.github.client import Timeouts, Transport
from bot.config.workflow import PATH, workflow_text
from bot.domain.errors import PermissionMissingError, RequestRefusedError, RetryLaterError
from bot.ports.actions import (
    ArtifactExpiredError,
    ArtifactTooLargeError,
    WorkflowMissingError,
    Workflows,
)
from bot.suites.actions import inputs
from simulator import faults
from simulator.blobs import address
from simulator.workflows import WorkflowRun
from tests.support.artifacts import artifact
from tests.support.githubplace import Place
from tests.support.jobs import actions_job

NAME = "canon-tests.yml"
INPUTS = inputs(actions_job())
LARGEST = 1_000_000


@pytest.fixture
def workflows(place: Place) -> DispatchedWorkflows:
    place.simulator.commit(place.repository, "main", {PATH: workflow_text()})
    return place.access().workflows(place.ref)


def only_run(place: Place) -> WorkflowRun:
    (run,) = place.simulator.workflow_runs(place.repository)
    return run


def finished(place: Place, workflows: Workflows, content: bytes) -> int:
    """A run that has left an artifact named `canon-1`."""
    workflows.dispatch(NAME, INPUTS)
    run = only_run(place)
    place.simulator.finish_workflow_run(run, artifacts={"other": b"x", "canon-1": content})
    return run.id


def test_a_workflow_is_dispatched_on_the_default_branch_and_its_run_is_told(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    told = workflows.dispatch(NAME, INPUTS)

    run = only_run(place)
    assert told == run.id
    assert run.inputs == INPUTS
    assert run.head_branch == "main"
    assert run.title == f"unit {INPUTS['correlation']}"


def test_a_token_that_dispatches_may_do_nothing_else(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    workflows.dispatch(NAME, INPUTS)

    tokens = [token for token in place.simulator.world.tokens.values() if token.installation]
    assert [token.permissions for token in tokens] == [{"actions": "write", "metadata": "read"}]


def test_an_older_server_that_refuses_the_question_for_the_run_is_asked_without(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    place.simulator.world.tells_dispatched_runs = False

    assert workflows.dispatch(NAME, INPUTS) is None
    assert [run.id for run in workflows.recent(NAME)] == [only_run(place).id]
    assert workflows.recent(NAME)[0].title == f"unit {INPUTS['correlation']}"


def test_a_workflow_that_is_not_there_says_what_to_do(place: Place) -> None:
    workflows = place.access().workflows(place.ref)

    assert workflows.recent(NAME) == ()
    with pytest.raises(WorkflowMissingError, match="canon config init"):
        workflows.dispatch(NAME, INPUTS)


def test_a_workflow_that_takes_other_inputs_says_so(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    theirs = "on: {workflow_dispatch: {}}\njobs: {}\n"
    place.simulator.commit(place.repository, "main", {PATH: theirs})

    with pytest.raises(RequestRefusedError, match="Unexpected inputs provided"):
        workflows.dispatch(NAME, INPUTS)


def test_without_the_permission_its_name_is_told(place: Place) -> None:
    given = {"contents": "read", "checks": "write"}
    place.simulator.accept_permissions(place.installation, given)

    with pytest.raises(PermissionMissingError, match="actions=write"):
        place.access().workflows(place.ref).dispatch(NAME, INPUTS)


def test_a_run_is_followed_to_its_end_and_costs_nothing_while_it_stays_the_same(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    number = workflows.dispatch(NAME, INPUTS)
    assert number is not None
    seen = [workflows.run(number) for _ in range(3)]
    run = only_run(place)
    place.simulator.start_workflow_run(run)
    seen.append(workflows.run(number))
    place.simulator.finish_workflow_run(run)
    seen.append(workflows.run(number))

    statuses = [(it.status, it.conclusion) for it in seen if it is not None]
    assert statuses == [
        *[("queued", None)] * 3,
        ("in_progress", None),
        ("completed", "success"),
    ]
    looked = [it.status for it in place.simulator.journal if it.target.endswith(f"/{number}")]
    assert looked == [200, 304, 304, 200, 200]


def test_a_run_that_is_gone_is_none_and_cannot_be_cancelled(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    number = workflows.dispatch(NAME, INPUTS)
    assert number is not None
    place.simulator.lose_workflow_run(only_run(place))

    assert workflows.run(number) is None
    workflows.cancel(number)


def test_a_run_is_cancelled_once(place: Place, workflows: DispatchedWorkflows) -> None:
    number = workflows.dispatch(NAME, INPUTS)
    assert number is not None

    workflows.cancel(number)
    workflows.cancel(number)

    assert only_run(place).conclusion == "cancelled"


def test_an_artifact_is_downloaded_by_its_name_without_our_credentials(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    content = artifact("a" * 40)
    number = finished(place, workflows, content)

    assert workflows.artifact(number, "canon-1", LARGEST) == content
    assert workflows.artifact(number, "canon-2", LARGEST) is None


def test_an_artifact_above_the_limit_is_not_read(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    number = finished(place, workflows, b"x" * 1000)
    (*_, found) = place.repository.artifacts.values()

    with pytest.raises(ArtifactTooLargeError, match="more than 999 bytes"):
        workflows.artifact(number, "canon-1", 999)
    place.simulator.journal.clear()
    with pytest.raises(ArtifactTooLargeError):
        workflows.artifact(number, "canon-1", 999)
    assert not any(str(found.id) in it.target for it in place.simulator.journal)


def test_a_download_is_not_read_further_than_the_limit(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    finished(place, workflows, b"x" * 1000)
    (*_, found) = place.repository.artifacts.values()
    url = address(place.simulator.world.urls, found)
    transport = Transport(Timeouts())

    assert transport.download(url, 999) is None
    assert transport.download(url, 1000) == b"x" * 1000
    transport.close()


def test_an_expired_artifact_says_so(place: Place, workflows: DispatchedWorkflows) -> None:
    number = finished(place, workflows, b"x")
    place.simulator.expire_artifacts(only_run(place))

    with pytest.raises(ArtifactExpiredError, match="canon-1, on 20"):
        workflows.artifact(number, "canon-1", LARGEST)


def test_a_download_that_fails_is_to_be_repeated_and_its_address_stays_secret(
    place: Place, workflows: DispatchedWorkflows
) -> None:
    number = finished(place, workflows, b"x")
    place.simulator.faults.add("GET", r"^/_artifacts/", faults.server_error())

    with pytest.raises(RetryLaterError) as caught:
        workflows.artifact(number, "canon-1", LARGEST)
    (*_, found) = place.repository.artifacts.values()
    assert found.key not in str(caught.value)
