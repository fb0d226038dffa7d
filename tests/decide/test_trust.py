import pytest

from bot.decide.trust import distrust
from bot.domain.repository import PullRequest


def pull(*, from_fork: bool = False, association: str = "MEMBER") -> PullRequest:
    return PullRequest(
        number=1,
        title="A change",
        author="ada",
        open=True,
        draft=False,
        head_sha="a" * 40,
        base_ref="main",
        base_sha="b" * 40,
        from_fork=from_fork,
        author_association=association,
    )


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR", "NONE"])
def test_a_fork_is_not_trusted_whoever_it_belongs_to(association: str) -> None:
    assert distrust(pull(from_fork=True, association=association)) == "the code comes from a fork"


@pytest.mark.parametrize("association", ["FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"])
def test_a_first_contribution_is_not_trusted_even_from_a_branch(association: str) -> None:
    assert distrust(pull(association=association)) == "it is its author's first contribution"


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR", "NONE"])
def test_a_branch_of_the_repository_is_trusted(association: str) -> None:
    assert distrust(pull(association=association)) is None
