"""Letting the tests run on one commit of a pull request, after somebody has read it."""

from bot.domain.repository import PullRequest
from bot.handlers.commands.done import Done, declined
from bot.handlers.commands.here import Here
from bot.reports.markdown import code
from bot.reports.stamp import short

_WHOLE = 40


def ok_to_test(here: Here, named: str | None) -> Done:
    """Approve the head that its reader can have seen: never one that came after the comment."""
    pull = here.pull
    assert pull is not None  # the command works in pull requests only
    if not pull.open:
        return declined("This pull request is closed: there is nothing to run.")
    sha = _meant(here, named)
    if sha is None:
        return declined(_ask_for_more(pull, named))
    if sha != pull.head_sha:
        return declined(
            f"This pull request's head is {code(short(pull.head_sha))} by now, and you vouched for "
            f"{code(short(sha))}. Read what has changed, then write "
            f"{code(f'/canon ok-to-test {pull.head_sha}')}."
        )
    here.services.testing.approvals.approve(
        here.repository.id,
        pull.number,
        sha,
        by=here.comment.author,
        at=here.received_at,
    )
    answer = f"Running the tests on {code(short(sha))}. The next push needs a new word."
    return Done(answer, (here.again("command"),))


def _meant(here: Here, named: str | None) -> str | None:
    """The commit that is meant; None where that cannot be known.

    The beginning of a commit's name says little: somebody can make another commit that begins the
    same. So it is looked up among the heads that stood when the comment was written.
    """
    if named is not None and len(named) == _WHOLE:
        return named
    seen = here.services.runs.heads(here.target.key, until=here.comment.created_at)
    found = [sha for sha in seen if sha.startswith(named)] if named else list(seen[:1])
    return found[0] if len(found) == 1 else None


def _ask_for_more(pull: PullRequest, named: str | None) -> str:
    wrote = f"a head that begins with {code(named)}" if named else "a head of this pull request"
    return (
        f"Before your comment was written, {wrote} had not been evaluated. Name the commit in full "
        f"that you have read: {code(f'/canon ok-to-test {pull.head_sha}')} is the head now."
    )
