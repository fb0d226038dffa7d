from bot.domain.work import Target
from bot.handlers.services import Services
from bot.ports.github import RepositoryAccess


def say_once(
    services: Services, access: RepositoryAccess, target: Target, occasion: str, body: str
) -> None:
    """Comment on a pull request or issue, once for each `occasion`.

    The occasion is part of the comment, hidden: where the process died after it posted, the comment
    is found again and not repeated.
    """
    marker = f"<!-- canon:note:{occasion} -->"
    if services.notes.is_made(target.key, marker):
        return
    access.publisher.comment(int(target.name), body, marker=marker, known_id=None)
    services.notes.made(target.key, marker)
