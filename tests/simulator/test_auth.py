import base64
import time
from typing import Any

import pytest

from simulator import GitHubSimulator
from tests.support.shop import Shop

REPO = "/repos/acme/shop"


def test_an_app_proves_itself_with_its_jwt(shop: Shop) -> None:
    answer = shop.as_app_itself()("GET", "/app")

    assert answer.status_code == 200
    assert answer.json()["slug"] == "canon"


def test_the_client_id_is_as_good_an_issuer_as_the_app_id(shop: Shop) -> None:
    assert shop.as_app_itself(iss=shop.app.client_id)("GET", "/app").status_code == 200


@pytest.mark.parametrize(
    ("claims", "complaint"),
    [
        ({"exp": int(time.time()) - 5}, "'Expiration time' claim"),
        ({"exp": int(time.time()) + 3600}, "too far in the future"),
        ({"iss": "1"}, "Integration not found"),
        ({"iss": "x"}, "'Issuer' claim"),
    ],
)
def test_a_jwt_with_wrong_claims_is_refused(
    shop: Shop, claims: dict[str, Any], complaint: str
) -> None:
    answer = shop.as_app_itself(**claims)("GET", "/app")

    assert answer.status_code == 401
    assert complaint in answer.json()["message"]


def test_a_jwt_signed_by_another_key_is_refused(shop: Shop, simulator: GitHubSimulator) -> None:
    other = simulator.create_app("other")
    shop.app.private_key, other.private_key = other.private_key, shop.app.private_key

    assert shop.as_app_itself()("GET", "/app").status_code == 401


def test_a_user_token_is_no_jwt(shop: Shop) -> None:
    assert shop.as_user()("GET", "/app").status_code == 401


def test_unknown_tokens_are_refused_even_for_public_things(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.create_repository("acme/open", private=False)

    answer = shop.client("ghp_unknown")("GET", "/repos/acme/open")

    assert answer.status_code == 401
    assert answer.json()["message"] == "Bad credentials"


@pytest.mark.parametrize("scheme", ["Bearer", "token", "bearer"])
def test_a_token_is_taken_under_every_scheme(
    shop: Shop, simulator: GitHubSimulator, scheme: str
) -> None:
    token = simulator.create_token("acme")

    answer = shop.client(None)("GET", "/user", headers={"Authorization": f"{scheme} {token}"})

    assert answer.json()["login"] == "acme"


def test_a_token_is_taken_as_basic_password(shop: Shop, simulator: GitHubSimulator) -> None:
    secret = base64.b64encode(f"x:{simulator.create_token('acme')}".encode()).decode()

    answer = shop.client(None)("GET", "/user", headers={"Authorization": f"Basic {secret}"})

    assert answer.json()["login"] == "acme"


def test_an_installation_token_has_all_permissions_unless_narrowed(shop: Shop) -> None:
    answer = shop.token()

    assert answer.status_code == 201
    assert answer.json()["permissions"] == shop.installation.permissions
    assert answer.json()["repository_selection"] == "all"


def test_a_token_narrowed_to_a_repository_does_not_see_another(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.create_repository("acme/other", {"x": "y"})
    client = shop.as_installation(repository_ids=[shop.repo.id])

    assert client("GET", REPO).status_code == 200
    assert client("GET", "/repos/acme/other").status_code == 404
    listed = client("GET", "/installation/repositories").json()
    assert [repo["full_name"] for repo in listed["repositories"]] == ["acme/shop"]


def test_a_token_can_be_narrowed_by_repository_name(shop: Shop) -> None:
    listed = shop.token(repositories=["shop"]).json()["repositories"]

    assert [repo["id"] for repo in listed] == [shop.repo.id]


def test_narrowing_to_an_unknown_repository_is_refused(shop: Shop) -> None:
    assert shop.token(repositories=["nowhere"]).status_code == 422


def test_a_token_without_a_permission_is_told_so(shop: Shop) -> None:
    client = shop.as_installation(permissions={"contents": "read"})

    answer = client("GET", f"{REPO}/pulls")

    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by integration"
    assert client("GET", f"{REPO}/contents/a.py").status_code == 200


def test_asking_for_no_permissions_gives_none(shop: Shop) -> None:
    token = shop.as_app_itself()(
        "POST",
        f"/app/installations/{shop.installation.id}/access_tokens",
        json={"permissions": {}},
    ).json()["token"]
    client = shop.client(token)

    assert client("GET", f"{REPO}/contents/a.py").status_code == 403
    assert client("GET", REPO).status_code == 200


def test_more_than_was_granted_is_refused(shop: Shop) -> None:
    assert shop.token(permissions={"workflows": "write"}).status_code == 422


def test_a_token_for_another_apps_installation_is_refused(
    shop: Shop, simulator: GitHubSimulator, app_private_key: str
) -> None:
    other = simulator.create_app("other", private_key=app_private_key)
    theirs = simulator.install(other, "acme")

    path = f"/app/installations/{theirs.id}/access_tokens"

    assert shop.as_app_itself()("POST", path).status_code == 404


def test_an_expired_token_is_refused(shop: Shop, simulator: GitHubSimulator) -> None:
    client = shop.as_installation()

    assert simulator.expire_tokens(shop.installation) == 1
    assert client("GET", REPO).status_code == 401


def test_a_revoked_token_is_refused(shop: Shop) -> None:
    client = shop.as_installation()

    assert client("DELETE", "/installation/token").status_code == 204
    assert client("GET", REPO).status_code == 401


def test_a_suspended_installation_gets_nothing_until_it_is_back(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    client = shop.as_installation()

    simulator.suspend(shop.installation)
    assert client("GET", REPO).status_code == 403
    assert shop.token().status_code == 403

    simulator.unsuspend(shop.installation)
    assert client("GET", REPO).status_code == 200


def test_an_uninstalled_app_gets_nothing(shop: Shop, simulator: GitHubSimulator) -> None:
    client = shop.as_installation()

    simulator.uninstall(shop.installation)

    assert client("GET", REPO).status_code == 401


def test_a_private_repository_does_not_exist_for_strangers(shop: Shop) -> None:
    assert shop.as_user("mallory")("GET", REPO).status_code == 404
    assert shop.client(None)("GET", REPO).status_code == 404


def test_a_public_repository_can_be_read_by_anybody_and_written_by_nobody(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.create_repository("acme/open", {"x": "y"}, private=False)
    client = shop.client(None)

    assert client("GET", "/repos/acme/open/contents/x").status_code == 200
    body = {"title": "t"}
    assert client("POST", "/repos/acme/open/issues", json=body).status_code == 401


def test_a_fine_grained_token_reaches_no_further_than_its_permissions(shop: Shop) -> None:
    client = shop.as_user("acme", permissions={"contents": "read"}, repositories=[shop.repo])
    sha = shop.repo.head("main")

    answer = client("POST", f"{REPO}/statuses/{sha}", json={"state": "success"})

    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by personal access token"


def test_a_fine_grained_token_reaches_no_further_than_its_user(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.grant(shop.repo, "bob", "read")
    client = shop.as_user("bob", permissions={"statuses": "write"})
    sha = shop.repo.head("main")

    assert client("POST", f"{REPO}/statuses/{sha}", json={"state": "success"}).status_code == 403


def test_a_fine_grained_token_does_not_see_other_repositories(
    shop: Shop, simulator: GitHubSimulator
) -> None:
    simulator.create_repository("acme/other", {"x": "y"})
    client = shop.as_user("acme", permissions={"contents": "read"}, repositories=[shop.repo])

    assert client("GET", "/repos/acme/other").status_code == 404


@pytest.mark.parametrize(
    ("role", "permission"),
    [("admin", "admin"), ("maintain", "write"), ("triage", "read"), (None, "none")],
)
def test_a_collaborators_permission_is_told(
    shop: Shop, simulator: GitHubSimulator, role: str | None, permission: str
) -> None:
    simulator.user("bob")
    if role is not None:
        simulator.grant(shop.repo, "bob", role)

    answer = shop.as_installation()("GET", f"{REPO}/collaborators/bob/permission").json()

    assert answer["permission"] == permission
    assert answer["role_name"] == (role or "none")
