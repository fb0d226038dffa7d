from datetime import date

import pytest

from bot.commands.grammar import Conversation
from bot.commands.parser import Request, parse
from bot.commands.permission import refusal
from bot.commands.table import COMMANDS
from bot.domain.role import Role

WHO = {
    Role.READ: {"help", "status", "report", "plan", "inventory", "explain"},
    Role.TRIAGE: {"scan", "test", "retest", "cancel", "snapshot"},
    Role.WRITE: {
        *("ok-to-test", "waive", "unwaive", "phase", "track", "migrate", "rollback"),
    },
}


def request(name: str) -> Request:
    (result,) = parse(COMMANDS[name].examples[0].line, today=date(2026, 10, 1))
    assert isinstance(result, Request)
    return result


def allowed(name: str, role: Role, *, author: bool = False) -> bool:
    where = next(iter(sorted(COMMANDS[name].where, reverse=True)))
    return refusal(request(name), role=role, conversation=where, author=author) is None


@pytest.mark.parametrize(("needed", "names"), WHO.items())
@pytest.mark.parametrize("role", Role)
def test_a_command_is_for_its_role_and_those_above(
    role: Role, needed: Role, names: set[str]
) -> None:
    order = list(Role)
    for name in names:
        assert allowed(name, role) is (order.index(role) >= order.index(needed))


def test_each_command_is_in_the_table_of_this_test() -> None:
    assert set().union(*WHO.values()) == set(COMMANDS)


def test_the_author_of_a_pull_request_may_have_it_checked_but_not_trusted() -> None:
    own = {name for name in COMMANDS if allowed(name, Role.NONE, author=True)}
    assert own == {"scan", "test", "retest", "cancel"}


def test_being_the_author_of_an_issue_gives_no_rights() -> None:
    refused = refusal(request("scan"), role=Role.READ, conversation=Conversation.ISSUE, author=True)
    assert refused is not None


@pytest.mark.parametrize(
    ("name", "conversation", "text"),
    [
        ("ok-to-test", Conversation.ISSUE, "`ok-to-test` works in a pull request only"),
        ("track", Conversation.PULL_REQUEST, "`track` works in an issue only"),
    ],
)
def test_some_commands_work_in_one_place_only(
    name: str, conversation: Conversation, text: str
) -> None:
    refused = refusal(request(name), role=Role.ADMIN, conversation=conversation, author=False)
    assert refused is not None
    assert refused.text == text


def test_a_refusal_says_which_role_is_needed_and_which_is_there() -> None:
    for role, having in ((Role.READ, "the role read"), (Role.NONE, "none here")):
        refused = refusal(
            request("scan"), role=role, conversation=Conversation.PULL_REQUEST, author=False
        )
        assert refused is not None
        assert refused.text == (
            "`scan` needs the role triage or above, or being the pull request's author; "
            f"you have {having}"
        )
