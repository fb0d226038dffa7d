import os
import subprocess
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.github.access import github_access
from bot.adapters.github.auth import PERMISSIONS, InstallationToken
from bot.domain.errors import (
    CouldNotCheckError,
    InputError,
    PermissionMissingError,
    RepositoryGoneError,
    RetryLaterError,
)
from bot.domain.repository import RepositoryRef
from bot.ports.github import GitCredentials
from simulator import faults
from tests.fakes.clock import FakeClock
from tests.support.githubplace import Place

TOKENS = r"/access_tokens$"
HOUR = 3600


def test_a_token_is_narrowed_to_one_repository_and_what_canon_does_there(place: Place) -> None:
    place.access().open(place.ref).github.pull_request(1)
    (asked,) = place.simulator.journal.find("POST", TOKENS)
    assert asked.json == {
        "repository_ids": [place.repository.id],
        "permissions": {
            "checks": "write",
            "contents": "read",
            "issues": "write",
            "metadata": "read",
            "pull_requests": "write",
        },
    }


def test_a_token_is_fetched_on_first_use_and_kept_for_all_later_ones(place: Place) -> None:
    access = place.access()
    access.open(place.ref)
    assert len(place.simulator.journal.find("POST", TOKENS)) == 0
    for _ in range(3):
        opened = access.open(place.ref)
        opened.github.pull_request(1)
        opened.credentials.authorization()
    assert len(place.simulator.journal.find("POST", TOKENS)) == 1


def test_every_repository_has_a_token_of_its_own(place: Place) -> None:
    other = place.simulator.create_repository("acme/other", {"a.py": ""})
    access = place.access()
    access.open(place.ref).github.default_branch()
    access.open(
        RepositoryRef(other.id, "acme/other", place.installation.id)
    ).github.default_branch()
    narrowed = [it.json["repository_ids"] for it in place.simulator.journal.find("POST", TOKENS)]
    assert narrowed == [[place.repository.id], [other.id]]


@pytest.mark.parametrize(("age", "fetched"), [(HOUR - 310, 1), (HOUR - 290, 2)])
def test_a_token_is_renewed_five_minutes_before_its_end(
    place: Place, age: int, fetched: int
) -> None:
    opened = place.access().open(place.ref)
    opened.github.pull_request(1)
    place.clock.advance(age)
    opened.github.pull_request(1)
    assert len(place.simulator.journal.find("POST", TOKENS)) == fetched


def test_tokens_that_have_ended_are_not_kept(place: Place) -> None:
    access = place.access()
    other = place.simulator.create_repository("acme/other", {"a.py": ""})
    access.open(place.ref).github.default_branch()
    place.clock.advance(2 * HOUR)
    access.open(
        RepositoryRef(other.id, "acme/other", place.installation.id)
    ).github.default_branch()
    assert len(access._tokens._tokens) == 1


def test_a_token_that_expired_early_is_renewed_within_the_same_call(place: Place) -> None:
    opened = place.open()
    place.simulator.expire_tokens()
    assert opened.github.pull_request(1) is not None
    assert [it.status for it in place.simulator.journal] == [401, 201, 200]


def test_credentials_that_are_refused_again_are_tried_later(place: Place) -> None:
    opened = place.open()
    place.simulator.faults.add("*", "/pulls/", faults.unauthorized(), times=None)
    with pytest.raises(RetryLaterError) as caught:
        opened.github.pull_request(1)
    assert caught.value.at == place.clock.now() + timedelta(minutes=1)
    assert [it.status for it in place.simulator.journal] == [401, 201, 401]


def test_a_key_of_another_app_is_tried_later_since_its_owner_may_mend_it(place: Place) -> None:
    stranger = place.simulator.create_app("stranger", webhook_secret="quiet")
    access = place.access(private_key=stranger.private_key)
    with pytest.raises(RetryLaterError, match="JSON web token could not be decoded"):
        access.open(place.ref).github.pull_request(1)


def test_an_uninstalled_app_has_lost_the_repository(place: Place) -> None:
    place.simulator.uninstall(place.installation)
    with pytest.raises(RepositoryGoneError, match="installation is gone"):
        place.access().open(place.ref).github.pull_request(1)


def test_a_suspended_app_has_lost_the_repository(place: Place) -> None:
    opened = place.open()
    place.simulator.suspend(place.installation)
    with pytest.raises(RepositoryGoneError):
        opened.github.pull_request(1)


def test_a_repository_that_is_not_chosen_any_more_is_lost(place: Place) -> None:
    other = place.simulator.create_repository("acme/other", {"a.py": ""})
    place.simulator.choose_repositories(place.installation, [other])
    with pytest.raises(RepositoryGoneError):
        place.access().open(place.ref).github.default_branch()


def test_a_permission_that_was_never_granted_is_named(place: Place) -> None:
    granted = {name: level for name, level in PERMISSIONS.items() if name != "checks"}
    place.simulator.accept_permissions(place.installation, granted)
    with pytest.raises(PermissionMissingError, match="checks=write"):
        place.access().open(place.ref).github.pull_request(1)


def test_an_app_that_may_not_write_on_issues_judges_pull_requests_all_the_same(
    place: Place,
) -> None:
    granted = {name: level for name, level in PERMISSIONS.items() if name != "issues"}
    place.simulator.accept_permissions(place.installation, granted)
    pull = place.access().open(place.ref).github.pull_request(1)
    assert pull is not None


def test_a_repository_without_an_installation_is_not_asked_for(place: Place) -> None:
    with pytest.raises(CouldNotCheckError, match=r"no installation .* acme/shop"):
        place.access().open(RepositoryRef(place.repository.id, "acme/shop"))


def listed(place: Place, credentials: GitCredentials) -> int:
    """The status of git, when it lists the repository's refs with these credentials."""
    return subprocess.run(
        ["git", "ls-remote", "--exit-code", f"{place.simulator.url}/acme/shop.git", "HEAD"],
        env={
            "PATH": os.environ["PATH"],
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: {credentials.authorization()}",
        },
        check=False,
        capture_output=True,
    ).returncode


def test_git_reads_with_the_tokens_of_an_app(place: Place) -> None:
    assert listed(place, place.open().credentials) == 0


def test_git_reads_with_a_fine_grained_token(place: Place) -> None:
    assert listed(place, place.open_with_token().credentials) == 0


def test_credentials_that_git_refused_are_fetched_anew(place: Place) -> None:
    credentials = place.open().credentials
    place.simulator.expire_tokens()
    assert listed(place, credentials) != 0
    credentials.refused()
    assert listed(place, credentials) == 0


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN RSA PRIVATE KEY-----\nMII\n"])
def test_a_key_that_cannot_sign_is_refused_before_any_request(key: str) -> None:
    with pytest.raises(InputError, match="not an RSA key in PEM form") as caught:
        github_access(
            api_url="http://127.0.0.1:1",
            check_name="canon",
            public_url=None,
            clock=FakeClock(),
            app_id=1,
            private_key=key,
        )
    assert key == "" or key not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("token", ["", "two words", "line\n", "caf\u00e9"])
def test_a_token_that_cannot_be_one_is_refused_before_any_request(token: str) -> None:
    with pytest.raises(InputError, match="characters that no token has"):
        github_access(
            api_url="http://127.0.0.1:1",
            check_name="canon",
            public_url=None,
            clock=FakeClock(),
            token=token,
        )


def test_without_credentials_there_is_no_access() -> None:
    with pytest.raises(InputError, match="either an App's id and private key, or a token"):
        github_access(
            api_url="http://127.0.0.1:1", check_name="canon", public_url=None, clock=FakeClock()
        )


def test_a_token_is_not_in_its_representation() -> None:
    assert "ghs_secret" not in repr(InstallationToken("ghs_secret", datetime.now(UTC)))


def test_no_error_tells_a_token(place: Place) -> None:
    place.patience = 0.3
    opened = place.open()
    secret = opened.credentials.authorization()
    tokens = [token for token in place.simulator.world.tokens if token.startswith("ghs_")]
    for trouble in (faults.server_error(), faults.forbidden(), faults.hang(), faults.drop()):
        place.simulator.faults.add("GET", "/pulls/", trouble)
        with pytest.raises(CouldNotCheckError) as caught:
            opened.github.pull_request(1)
        told = "".join(traceback.format_exception(caught.value))
        assert not [token for token in [secret, *tokens] if token in told]
    assert tokens
