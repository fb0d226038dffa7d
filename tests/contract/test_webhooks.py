import pytest

from tests.contract import examples, webhooks


def test_a_payload_without_its_parts_is_complained_of() -> None:
    found = webhooks.load().complaints("pull_request", {"action": "opened", "number": 1})

    assert any("'pull_request' is a required property" in each for each in found)


def test_an_event_nobody_knows_is_complained_of() -> None:
    assert webhooks.load().complaints("party", {"action": "started"}) == [
        "no webhook party-started"
    ]


def test_missing_headers_are_complained_of() -> None:
    found = webhooks.load().complaints("ping", {"zen": "x"}, {"X-GitHub-Event": "ping"})

    assert "missing header x-github-delivery" in found


@pytest.mark.parametrize(
    ("event", "count"),
    [("push", 7), ("pull_request", 29), ("check_run", 9), ("merge_group", 2), ("nothing", 0)],
)
def test_examples_are_found_by_event(event: str, count: int) -> None:
    assert len(examples.examples(event)) == count


def test_events_with_examples_are_listed() -> None:
    assert {"ping", "installation"} <= set(examples.events())
