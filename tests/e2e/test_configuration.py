"""Where the gate's configuration comes from, and what a change of it does."""

from simulator import sample
from tests.support.deployment import Deployment

CANON_YML = ".github/canon.yml"


def without_configuration(deployment: Deployment) -> None:
    deployment.simulator.commit(deployment.repo, "main", {CANON_YML: None})


def test_without_a_configuration_nothing_is_posted(deployment: Deployment) -> None:
    without_configuration(deployment)
    deployment.start()
    pull = deployment.open(dict(sample.adding()))
    deployment.settle(3)

    assert deployment.all_checks(pull.head_sha) == []
    assert deployment.simulator.comments(pull) == []


def test_a_first_configuration_is_previewed(deployment: Deployment) -> None:
    without_configuration(deployment)
    deployment.start()
    pull = deployment.open({CANON_YML: sample.CONFIGURATION})

    assert deployment.completed(deployment.repo, pull.head_sha).conclusion == "neutral"
    comments = deployment.wait_for(lambda: deployment.simulator.comments(pull), "the preview")
    assert "324" in comments[0].body


def test_a_pull_request_cannot_weaken_its_own_gate(deployment: Deployment) -> None:
    deployment.start()
    weaker = sample.CONFIGURATION.replace("phase: migrate", "phase: detect")
    pull = deployment.open({**sample.adding(), CANON_YML: weaker})

    check = deployment.completed(deployment.repo, pull.head_sha)
    comments = deployment.wait_for(lambda: deployment.simulator.comments(pull), "the comment")

    assert check.conclusion == "failure"
    assert "detect" in comments[0].body


def test_a_change_that_breaks_the_configuration_fails_with_its_place(
    deployment: Deployment,
) -> None:
    deployment.start()
    broken = sample.CONFIGURATION.replace("modules:", "modulse:")
    pull = deployment.open({CANON_YML: broken})

    check = deployment.completed(deployment.repo, pull.head_sha)

    assert check.conclusion == "failure"
    assert "canon.yml:13:9" in f"{check.summary}{check.text}"
    assert "modules" in f"{check.summary}{check.text}"


def test_a_broken_base_fails_every_pull_request_but_the_one_that_repairs_it(
    deployment: Deployment,
) -> None:
    broken = sample.CONFIGURATION.replace("phase: migrate", "phase: migrat")
    deployment.simulator.commit(deployment.repo, "main", {CANON_YML: broken})
    deployment.start()

    other = deployment.open({"README.md": "# Shop\n\nNew.\n"}, "other")
    repair = deployment.open({CANON_YML: sample.CONFIGURATION}, "repair")

    assert deployment.completed(deployment.repo, other.head_sha).conclusion == "failure"
    assert deployment.completed(deployment.repo, repair.head_sha).conclusion == "neutral"


def test_a_changed_base_configuration_judges_open_pull_requests_anew(
    deployment: Deployment,
) -> None:
    deployment.start()
    pull = deployment.open(dict(sample.adding()))
    assert deployment.completed(deployment.repo, pull.head_sha).conclusion == "failure"

    detect = sample.CONFIGURATION.replace("phase: migrate", "phase: detect")
    deployment.simulator.commit(deployment.repo, "main", {CANON_YML: detect})

    deployment.wait_for(
        lambda: deployment.all_checks(pull.head_sha)[-1].conclusion == "neutral",
        "the verdict under the new configuration",
    )


def test_test_categories_that_are_not_run_are_named_and_never_green(
    deployment: Deployment,
) -> None:
    tests = "    tests:\n      - {category: unit, run: pytest}\n"
    deployment.simulator.commit(deployment.repo, "main", {CANON_YML: sample.CONFIGURATION + tests})
    deployment.settings["CANON_SANDBOX"] = "off"
    deployment.start()
    pull = deployment.open({"README.md": "# New\n"})

    check = deployment.completed(deployment.repo, pull.head_sha)

    assert check.conclusion == "action_required"
    assert "`unit`" in str(check.summary)
