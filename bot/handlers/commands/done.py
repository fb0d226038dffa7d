from dataclasses import dataclass

from bot.domain.work import Work


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one effect: the answer (Markdown), and the work that is to follow.

    `ok` False: it could not be done, and the answer says why.
    """

    answer: str
    work: tuple[Work, ...] = ()
    ok: bool = True


def declined(answer: str) -> Done:
    """An effect that cannot be brought about, and why (Markdown)."""
    return Done(answer, ok=False)
