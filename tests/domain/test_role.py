import pytest

from bot.domain.role import Role


@pytest.mark.parametrize(
    ("permission", "role_name", "role"),
    [
        ("write", "maintain", Role.MAINTAIN),
        ("read", "triage", Role.TRIAGE),
        ("admin", "admin", Role.ADMIN),
        ("write", "security-champion", Role.WRITE),  # an organization's own name for a role
        ("write", None, Role.WRITE),
        ("none", "none", Role.NONE),
        ("owner", "chief", Role.NONE),
        ("", None, Role.NONE),
    ],
)
def test_the_role_is_read_from_githubs_answer(
    permission: str, role_name: str | None, role: Role
) -> None:
    assert Role.named(permission, role_name) is role


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    order = [Role.NONE, Role.READ, Role.TRIAGE, Role.WRITE, Role.MAINTAIN, Role.ADMIN]
    for rank, role in enumerate(order):
        assert [role.allows(other) for other in order] == [n <= rank for n in range(len(order))]
