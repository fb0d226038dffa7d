"""Tries one text after the other, and makes small what breaks a claim."""

import time
from collections.abc import Iterator
from random import Random

from tests.fuzz.claims import check
from tests.fuzz.mutations import damaged, program

_KEPT = 2_000  # texts from which pieces are taken
_MOST_FINDINGS = 20


class Fuzzing:
    """One run of the fuzzer; the same seed tries the same texts."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - texts, not secrets
        self._texts: list[bytes] = []
        self.executions = 0
        self.valid = 0
        self.findings: list[tuple[bytes, str]] = []

    def __str__(self) -> str:
        return (
            f"{self.executions:,} executions, {self.valid:,} of them valid Python,"
            f" {len(self.findings):,} findings"
        )

    def run(self, seconds: float) -> None:
        """Go on for so long, or until there are findings enough."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(self.findings) < _MOST_FINDINGS:
            for _ in range(100):
                self._try()

    def _try(self) -> None:
        base = program(self._random) if self._random.random() < 0.7 else self._earlier()
        text = damaged(self._random, base, self._texts)
        self.executions += 1
        claim = _broken(text)
        if claim is None:
            self.valid += check(text)
            self._keep(text)
            return
        smallest = _smallest(text)
        if smallest not in (found for found, _ in self.findings):
            self.findings.append((smallest, _broken(smallest) or claim))

    def _earlier(self) -> bytes:
        return self._random.choice(self._texts) if self._texts else b""

    def _keep(self, text: bytes) -> None:
        if len(text) > 2_000:
            return
        if len(self._texts) < _KEPT:
            self._texts.append(text)
        else:
            self._texts[self._random.randrange(_KEPT)] = text


def _broken(text: bytes) -> str | None:
    """The claim that does not hold for a text, or how it fails; None if all is well."""
    try:
        check(text)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return f"{type(error).__name__}: {error}"
    return None


def _smallest(text: bytes) -> bytes:
    """A text from which nothing more can be left out without the claim holding again."""
    size = len(text) // 2
    while size:
        for shorter in _without(text, size):
            if _broken(shorter) is not None:
                text = shorter
                break
        else:
            size //= 2
    return text


def _without(text: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(text), size):
        yield text[:start] + text[start + size :]
