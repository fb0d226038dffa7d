from bot.decide.trust import distrust
from bot.domain.work import TargetState
from bot.handlers.judge import judge
from bot.handlers.lifecycle import Situation, keep_true, withdraw
from bot.handlers.services import Services
from bot.handlers.subject import Subject


def reconcile(services: Services, state: TargetState) -> None:
    """Keep the check on a pull request's head true; end it when the pull request is closed."""
    access = services.github.open(state.target.repository)
    number = int(state.target.name)
    pull = access.github.pull_request(number)
    if pull is None or not pull.open:
        withdraw(services, access, state)
        return

    def head_now() -> str | None:
        now = access.github.pull_request(number)
        return now.head_sha if now is not None and now.open else None

    subject = Subject(
        target=state.target,
        head_sha=pull.head_sha,
        base_ref=pull.base_ref,
        fetch=(f"refs/pull/{number}/head", f"refs/heads/{pull.base_ref}"),
        known_base=pull.base_sha,
        pull_request=number,
        distrust=distrust(pull),
    )
    situation = Situation(
        services=services, access=access, state=state, subject=subject, head_now=head_now
    )
    keep_true(situation, judge)
