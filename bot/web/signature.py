"""Whether GitHub sent it. Works on bytes; nothing is parsed before.

Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "sha256="


def verified(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Whether `signature` (the X-Hub-Signature-256 header) was made of `body` with a secret.

    Two secrets are tried while one replaces the other. The time taken says nothing about how
    much of a signature was right.
    """
    if signature is None or not signature.startswith(_PREFIX) or not signature.isascii():
        return False
    claimed = signature.removeprefix(_PREFIX)
    matches = [
        hmac.compare_digest(hmac.digest(secret.encode(), body, hashlib.sha256).hex(), claimed)
        for secret in secrets
    ]
    return any(matches)
