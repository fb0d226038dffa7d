from bot.handlers.subject import Subject
from bot.ports.trust import Approvals


def awaited_approval(approvals: Approvals, subject: Subject) -> str | None:
    """Who has to let a subject's code be run, where that has not been done for this commit.

    None where it may be run. It is for all that runs in the sandbox, on the merge base too: the
    configuration that names the commands may be the head's own.
    """
    if subject.distrust is None or subject.pull_request is None:
        return None
    repository = subject.target.repository
    if approvals.approval(repository.id, subject.pull_request, subject.head_sha):
        return None
    return (
        f"{subject.distrust}: it is run when somebody with the role write or above has read it"
        f" and comments `/canon ok-to-test {subject.head_sha[:12]}`; each push asks again"
    )
