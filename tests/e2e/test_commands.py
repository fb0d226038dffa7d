"""Slash commands, from the webhook to the answer, each by who may give it and who may not."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import config
from bot.commands.table import COMMANDS
from bot.domain import violation
from bot.domain.phase import Phase
from simulator.model import PullRequest
from tests.support.conversation import CANON, CONFIGURATION, ISSUE, Town

ADDING = {"shop/more.py": "from shop.old import connect\n\nconnect()\n"}
CLEAN = {"README.md": "# Shop\n"}
WAIVE = '/canon waive old-import shop/more.py --reason "waits for v2" --until {until}'


def soon() -> str:
    return (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


def test_help_is_answered_in_one_comment_with_eyes_first_and_then_a_rocket(town: Town) -> None:
    comment = town.say(town.issue, "/canon help", by="rita")

    answer = town.done(comment)

    assert town.reactions(comment) == ["eyes", "rocket"]
    assert all(f"`/canon {name}`" in answer for name in COMMANDS)


def test_help_explains_one_command(town: Town) -> None:
    assert "--until DATE" in town.ask(town.issue, "/canon help waive", by="rita")


def test_several_commands_in_one_comment_are_answered_in_one_in_their_order(town: Town) -> None:
    comment = town.say(town.issue, "Hello\n\n/canon help scan\n/canon sacn\n/canon help plan\n")

    answer = town.done(comment)

    assert town.reactions(comment) == ["eyes", "confused"]
    places = [answer.index(f"**`/canon {line}`**") for line in ("help scan", "sacn", "help plan")]
    assert places == sorted(places)
    assert "did you mean `scan`?" in answer
    assert len(town.answers(comment)) == 1


def test_an_answer_is_one_however_often_the_delivery_comes(town: Town) -> None:
    town.github.hookshot.repeat(5, "issue_comment", "created")
    comment = town.say(town.issue, "/canon snapshot", by="tom")
    town.done(comment)
    town.canon.settle(1)

    assert len(town.answers(comment)) == 1


def test_an_edited_comment_is_no_command(town: Town) -> None:
    comment = town.say(town.issue, "Nothing yet")
    town.github.edit_comment(comment, "/canon help")
    later = town.say(town.issue, "/canon help")
    town.done(later)

    assert (town.reactions(comment), town.answers(comment)) == ([], [])


def test_what_was_written_counts_although_it_is_edited_before_it_is_read(town: Town) -> None:
    with town.github.hookshot.held():
        comment = town.say(town.issue, "/canon help scan")
        town.github.edit_comment(comment, "/canon help waive", by="acme")

    assert "/canon scan" in town.done(comment)


@pytest.mark.parametrize(
    "body",
    [
        "```\n/canon help\n```",
        "> /canon help",
        "<!--\n/canon help\n-->",
        "<!-- canon:answer:1 -->\n/canon help",
        "Try `/canon help`.",
    ],
)
def test_what_is_not_plain_text_is_no_command(town: Town, body: str) -> None:
    comment = town.say(town.issue, body)
    town.ask(town.issue, "/canon help scan")

    assert (town.reactions(comment), town.answers(comment)) == ([], [])


def test_bots_give_no_commands(town: Town) -> None:
    town.github.world.user("other[bot]", "Bot")
    town.github.grant(town.repo, "other[bot]", "admin")
    comment = town.say(town.issue, "/canon help", by="other[bot]")
    town.ask(town.issue, "/canon help scan")

    assert (town.reactions(comment), town.answers(comment)) == ([], [])


@pytest.mark.parametrize(
    ("by", "line", "needs", "has"),
    [
        ("stranger", "/canon help", "read", "none here"),
        ("rita", "/canon scan", "triage", "the role read"),
        ("rita", "/canon snapshot", "triage", "the role read"),
        ("tom", WAIVE.format(until=soon()), "write", "the role triage"),
        ("tom", "/canon unwaive old-import shop/user.py", "write", "the role triage"),
        ("tom", "/canon phase validate", "write", "the role triage"),
        ("tom", "/canon track", "write", "the role triage"),
        ("tom", "/canon migrate --dry-run", "write", "the role triage"),
    ],
)
def test_who_may_not_is_told_which_role_is_needed(
    town: Town, by: str, line: str, needs: str, has: str
) -> None:
    comment = town.say(town.issue, line, by=by)

    answer = town.done(comment)

    assert f"needs the role {needs} or above" in answer
    assert f"you have {has}" in answer
    assert town.reactions(comment) == ["eyes", "confused"]
    assert town.pulls_of_canon() == []


def test_the_author_of_a_pull_request_may_scan_it_without_a_role(town: Town) -> None:
    pull = town.open(CLEAN)
    first = town.checked(pull.head_sha)

    assert town.repo.role_of(town.github.user("bea")) is None
    assert "again" in town.ask(pull, "/canon scan", by="bea")
    town.canon.wait_for(
        lambda: len(town.github.checks(town.repo, pull.head_sha, name="canon", every=True)) == 2,
        f"another check than {first.id}",
    )


def test_the_role_is_the_one_at_the_time_of_execution(town: Town) -> None:
    with town.github.hookshot.held():
        comment = town.say(town.issue, "/canon snapshot", by="tom")
        town.github.grant(town.repo, "tom", "read")

    assert "you have the role read" in town.done(comment)


def test_a_pull_request_command_is_refused_in_an_issue_and_the_other_way_round(
    town: Town,
) -> None:
    pull = town.open(CLEAN)

    assert "works in a pull request only" in town.ask(town.issue, "/canon ok-to-test")
    assert "works in an issue only" in town.ask(pull, "/canon track")


def test_an_unknown_migration_is_answered_with_those_there_are(town: Town) -> None:
    assert "it has 1" in town.ask(town.issue, "/canon plan --migration 99", by="rita")


@pytest.mark.parametrize("kind", ["results", "violations", "plan", "strategy", "execution"])
def test_reports_are_answered(town: Town, kind: str) -> None:
    comment = town.say(town.issue, f"/canon report {kind}", by="rita")

    answer = town.done(comment)

    assert town.reactions(comment) == ["eyes", "rocket"], answer
    assert "One way to connect" in answer


def test_status_tells_the_counts_at_the_default_branch(town: Town) -> None:
    answer = town.ask(town.issue, "/canon status", by="rita")

    assert "| `old-import` |" in answer
    assert "1 violation, 1 to go" in answer


def test_inventory_and_plan_are_answered(town: Town) -> None:
    comment = town.say(town.issue, "/canon inventory\n/canon plan", by="rita")

    town.done(comment)

    assert town.reactions(comment) == ["eyes", "rocket"]


def test_a_snapshot_is_recorded_and_shown_beside_the_one_before(town: Town) -> None:
    assert "Recorded: One way to connect" in town.ask(town.issue, "/canon snapshot", by="tom")
    town.github.commit(town.repo, "main", ADDING)

    answer = town.ask(town.issue, "/canon snapshot", by="tom")

    assert "2 violations, 2 to go" in answer
    assert "| `old-import` | 1 | 2 |" in answer


def known_fingerprint() -> str:
    """That of the one violation of the default branch."""
    return violation.fingerprint(1, "old-import", "shop/user.py", "shop.old.connect", 0)


def test_a_violation_is_explained(town: Town) -> None:
    answer = town.ask(town.issue, f"/canon explain {known_fingerprint()[:12]}", by="rita")

    assert "`shop/user.py:1`" in answer
    assert "The old module connects twice" in answer
    assert "Initial commit" in answer
    assert "none may be added" in answer


def test_explaining_what_is_not_there_says_so(town: Town) -> None:
    comment = town.say(town.issue, "/canon explain 0123456789abcdef", by="rita")

    assert "here is no violation 0123456" in town.done(comment).replace("&#8203;", "")
    assert town.reactions(comment) == ["eyes", "confused"]


def test_a_waiver_by_command_turns_the_check_green_and_ending_it_red_again(town: Town) -> None:
    pull = town.open(ADDING)
    assert town.checked(pull.head_sha).conclusion == "failure"

    answer = town.ask(pull, WAIVE.format(until=soon()))

    assert f"Excused until {soon()}: 1 violation" in answer
    check = town.canon.wait_for(
        lambda: next(
            (
                it
                for it in town.github.checks(town.repo, pull.head_sha, name="canon")
                if it.conclusion == "success"
            ),
            None,
        ),
        "the green check",
    )
    assert "waits for v2" in f"{check.summary}{check.text}"
    assert "wendy" in f"{check.summary}{check.text}"
    assert "Ended:" in town.ask(pull, "/canon unwaive old-import shop/more.py")
    town.canon.wait_for(
        lambda: any(
            it.conclusion == "failure" and it.id > check.id
            for it in town.github.checks(town.repo, pull.head_sha, name="canon")
        ),
        "the red check",
    )


def test_a_waiver_needs_something_to_waive(town: Town) -> None:
    answer = town.ask(town.issue, WAIVE.format(until=soon()).replace("old-import", "old-imprt"))

    assert "here is no rule old-imprt; did you mean" in answer
    assert "No waiver that was given by command fits that." in town.ask(
        town.issue, "/canon unwaive old-import shop/user.py"
    )


def test_another_phase_is_proposed_with_the_evidence_and_once(town: Town) -> None:
    comment = town.say(town.issue, "/canon phase validate")

    answer = town.done(comment)

    (pull,) = town.pulls_of_canon()
    assert pull.head_ref == "canon/phase-1-validate"
    assert f"#{pull.number}" in answer
    before = town.read("main", config.MAIN_FILE)
    after = town.read(pull.head_ref, config.MAIN_FILE)
    assert after == before.replace("phase: migrate", "phase: validate")
    assert config.load({config.MAIN_FILE: after.encode()}).migrations[0].phase is Phase.VALIDATE
    assert "every rule is at its target" in (pull.issue.body or "")
    assert "not met" in (pull.issue.body or "")
    assert pull.issue.user.login == CANON
    again = town.ask(town.issue, "/canon phase validate")
    assert "There is a pull request for it" in again
    assert town.pulls_of_canon() == [pull]


def test_the_phase_that_it_is_in_is_not_proposed(town: Town) -> None:
    assert "already" in town.ask(town.issue, "/canon phase migrate")


def test_tracking_an_issue_proposes_a_first_configuration(town: Town) -> None:
    other = town.github.open_issue(town.repo, "Remove the old user module", by="rita")

    town.ask(other, "/canon track")

    (pull,) = town.pulls_of_canon()
    path = f".github/canon/{other.number}.yml"
    text = town.read(pull.head_ref, path)
    files = {path: text.encode(), config.MAIN_FILE: town.read("main", config.MAIN_FILE).encode()}
    (_, migration) = config.load(files).migrations
    assert (migration.issue, migration.phase) == (other.number, Phase.DETECT)
    assert "shop.old" in text
    assert "has a migration #1 already" in town.ask(town.issue, "/canon track")


def test_migrate_and_rollback_say_what_to_do_in_a_clone(town: Town) -> None:
    comment = town.say(town.issue, "/canon migrate --dry-run\n/canon rollback #3")

    answer = town.done(comment)

    assert "`canon scan --migration 1`" in answer
    assert "Put the old module back" in answer
    assert town.reactions(comment) == ["eyes", "confused"]


def test_tests_that_are_not_configured_cannot_be_asked_for(town: Town) -> None:
    pull = town.open(CLEAN)

    assert "no test categories" in town.ask(pull, "/canon test", by="tom")
    assert "no test categories" in town.ask(pull, "/canon retest", by="tom")


def test_nothing_is_cancelled_where_nothing_runs(town: Town) -> None:
    pull = town.open(CLEAN)
    town.checked(pull.head_sha)

    # The check ends a moment before the run is recorded as ended.
    town.canon.wait_for(
        lambda: "Nothing is running here." in town.ask(pull, "/canon cancel", by="tom"),
        "the run to be over",
    )


WITH_TESTS = CONFIGURATION + "    tests: [{category: unit, run: pytest -q}]\n"


def settled_until_the_next_second(town: Town) -> None:
    """GitHub's times are whole seconds: what comes now is later than all that came before."""
    town.canon.settle(1.1)


def from_a_fork(town: Town) -> PullRequest:
    fork = town.github.fork(town.repo, "eve")
    town.github.commit(fork, "topic", CLEAN, by="eve")
    pull = town.github.open_pull_request(town.repo, "topic", fork=fork, by="eve")
    town.checked(pull.head_sha)
    return pull


def test_a_head_is_trusted_that_its_reader_can_have_seen(town: Town) -> None:
    town.github.commit(town.repo, "main", {config.MAIN_FILE: WITH_TESTS})
    pull = from_a_fork(town)
    settled_until_the_next_second(town)

    comment = town.say(pull, "/canon ok-to-test")

    assert f"Running the tests on `{pull.head_sha[:12]}`" in town.done(comment)
    assert town.reactions(comment) == ["eyes", "rocket"]


def test_a_head_that_was_pushed_meanwhile_is_not_trusted(town: Town) -> None:
    town.github.commit(town.repo, "main", {config.MAIN_FILE: WITH_TESTS})
    pull = from_a_fork(town)
    settled_until_the_next_second(town)
    with town.github.hookshot.held():
        comment = town.say(pull, "/canon ok-to-test")
        assert pull.head_repository is not None
        town.github.commit(pull.head_repository, "topic", {"evil.py": "1\n"}, by="eve")

    answer = town.done(comment)

    assert "and you vouched for" in answer
    assert f"/canon ok-to-test {pull.head_sha}" in answer
    assert town.reactions(comment) == ["eyes", "confused"]


def test_a_head_that_nobody_has_seen_needs_its_whole_name(town: Town) -> None:
    town.github.commit(town.repo, "main", {config.MAIN_FILE: WITH_TESTS})
    pull = from_a_fork(town)
    settled_until_the_next_second(town)

    assert "Name the commit in full" in town.ask(pull, "/canon ok-to-test 0123456")
    assert "Running the tests" in town.ask(pull, f"/canon ok-to-test {pull.head_sha}")


@pytest.mark.parametrize("by", ["tom", "eve"])
def test_neither_triage_nor_the_author_of_a_fork_may_trust_a_head(town: Town, by: str) -> None:
    pull = from_a_fork(town)

    assert "needs the role write or above" in town.ask(pull, "/canon ok-to-test", by=by)


def test_a_category_is_run_again_by_name(town: Town) -> None:
    town.github.commit(town.repo, "main", {config.MAIN_FILE: WITH_TESTS})
    pull = town.open(CLEAN)
    town.checked(pull.head_sha)

    assert "did you mean `unit`?" in town.ask(pull, "/canon test unti", by="tom")
    assert "Running the test category `unit`" in town.ask(pull, "/canon test unit", by="tom")
    assert "did not end as expected" in town.ask(pull, "/canon retest", by="bea")
    town.canon.wait_for(
        lambda: len(town.github.checks(town.repo, pull.head_sha, name="canon", every=True)) >= 2,
        "the check of the new run",
    )


def test_what_runs_is_cancelled_and_its_check_says_so(town: Town) -> None:
    town.checked(town.repo.head("main") or "")
    town.wait_until_idle()
    with town.canon.held("fetch"):
        pull = town.open(CLEAN)
        town.canon.wait_for(
            lambda: town.github.checks(town.repo, pull.head_sha, name="canon"), "a check to begin"
        )
        answer = town.ask(pull, "/canon cancel", by="bea")
    assert "Stopping the run" in answer

    assert town.checked(pull.head_sha).conclusion == "cancelled"


def test_a_worker_killed_between_effect_and_answer_leaves_one_of_each(town: Town) -> None:
    with town.github.faults.gated("POST", rf"/issues/{ISSUE}/comments$") as gate:
        comment = town.say(town.issue, "/canon phase validate")
        gate.wait_for()
        worker = next(it for it in town.canon.processes if it.name == "worker" and it.running)
        worker.kill()
    town.canon.worker()

    answer = town.done(comment)

    assert len(town.pulls_of_canon()) == 1
    assert f"#{town.pulls_of_canon()[0].number}" in answer
    assert len(town.answers(comment)) == 1
    assert town.reactions(comment) == ["eyes", "rocket"]


def test_the_next_phase_is_proposed_by_itself_when_its_conditions_are_met_and_once(
    town: Town,
) -> None:
    town.github.commit(town.repo, "main", {"shop/user.py": "from shop.new import connect\n"})

    (pull,) = town.canon.wait_for(town.pulls_of_canon, "the proposal")

    assert pull.head_ref == "canon/phase-1-validate"
    assert "Every condition is met" in (pull.issue.body or "")
    town.github.close(pull)
    head = town.github.commit(town.repo, "main", {"README.md": "# Again\n"})
    town.checked(head)
    town.canon.settle(1.5)
    assert town.pulls_of_canon() == [pull]


def test_a_waiver_is_counted_apart_in_the_status(town: Town) -> None:
    town.ask(town.issue, WAIVE.format(until=soon()).replace("more.py", "user.py"))

    answer = town.ask(town.issue, "/canon status", by="rita")

    assert " | 0 | 1 | 0 |" in answer
    assert "0 violations, every rule is at its target" in answer


def test_a_waiver_for_another_reason_replaces_the_one_before(town: Town) -> None:
    line = WAIVE.format(until=soon()).replace("more.py", "user.py")
    town.ask(town.issue, line)
    town.ask(town.issue, line.replace("waits for v2", "and for v3"))

    answer = town.ask(town.issue, "/canon unwaive old-import shop/user.py")

    assert "and for v3" in answer
    assert "waits for v2" not in answer
