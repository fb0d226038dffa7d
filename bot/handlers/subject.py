from dataclasses import dataclass

from bot.domain.work import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What one run evaluates: a head, and what it is compared with.

    `fetch` are the refs that must be up to date in the mirror. The configuration is read at the
    tip of `base_ref` (`known_base` where that branch is gone). The comparison starts from the
    merge base of the head and `compare_with`; None stands for the tip of `base_ref`.
    `pull_request` is where a comment goes. `distrust` says why the code must not be run without an
    approval.
    """

    target: Target
    head_sha: str
    base_ref: str
    fetch: tuple[str, ...]
    known_base: str | None = None
    compare_with: str | None = None
    pull_request: int | None = None
    distrust: str | None = None
