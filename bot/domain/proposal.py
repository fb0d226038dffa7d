from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A pull request that Canon would open: one commit on a branch of its own.

    `base` is a branch, `base_sha` the commit of it that the change was made on; `files` are path ->
    new bytes. The same `branch` is the same proposal: it is made once.
    """

    branch: str
    base: str
    base_sha: str
    files: Mapping[str, bytes]
    message: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A pull request that stands; `new` is False where it was there before."""

    number: int
    url: str
    new: bool
