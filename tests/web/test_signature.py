import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.signature import verified

BODY = b'{"zen": "Keep it logically awesome."}'


def sign(body: bytes, secret: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def test_githubs_own_example_is_verified() -> None:
    """From https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries."""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert verified(b"Hello, World!", signature, ["It's a Secret to Everybody"])


@pytest.mark.parametrize("secret", ["old", "new"])
def test_either_of_two_secrets_is_good(secret: str) -> None:
    assert verified(BODY, sign(BODY, secret), ["old", "new"])


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        sign(BODY, "wrong"),
        sign(BODY, "secret").upper(),
        sign(BODY, "secret").removeprefix("sha256="),
        sign(BODY, "secret", "sha1"),
        sign(BODY, "secret", "sha1").replace("sha1", "sha256"),
        sign(BODY, "secret") + " ",
        sign(BODY, "secret")[:-1],
        "sha256=" + "\N{SUPERSCRIPT TWO}" * 64,
        f"sha256={hashlib.sha256(BODY).hexdigest()}",
    ],
)
def test_anything_else_is_not(signature: str | None) -> None:
    assert not verified(BODY, signature, ["secret"])


def test_without_secrets_nothing_is_verified() -> None:
    assert not verified(BODY, sign(BODY, ""), [])


@given(st.binary(), st.binary(), st.text(st.characters(codec="utf-8")))
def test_a_signature_is_good_for_its_very_bytes(body: bytes, other: bytes, secret: str) -> None:
    assert verified(other, sign(body, secret), [secret]) == (body == other)
