from bot.domain.work import TargetState
from bot.handlers.judge import judge
from bot.handlers.lifecycle import Situation, keep_true, withdraw
from bot.handlers.services import Services
from bot.handlers.subject import Subject

_BRANCHES = "refs/heads/"


def reconcile(services: Services, state: TargetState) -> None:
    """Evaluate a merge queue's group as it would land, against what it would land on."""
    access = services.github.open(state.target.repository)
    ref = state.target.name

    def head_now() -> str | None:
        return access.github.branch_head(ref.removeprefix(_BRANCHES))

    head_sha = None if state.gone else head_now()
    if head_sha is None:
        withdraw(services, access, state)
        return
    base_ref = state.base_ref or access.github.default_branch()
    subject = Subject(
        target=state.target,
        head_sha=head_sha,
        base_ref=base_ref,
        fetch=(ref, f"{_BRANCHES}{base_ref}"),
        known_base=state.base_sha,
        compare_with=state.base_sha,
    )
    situation = Situation(
        services=services, access=access, state=state, subject=subject, head_now=head_now
    )
    keep_true(situation, judge)
