"""Stands alone, so that whoever judges results need not load what finds them."""

from bot.scanner.facts import Depth, Examined, Facts, Problem


def unread(problem: Problem, wanted: Depth, asked: bytes = b"") -> Examined:
    """The examination of a blob that was not read; `asked` is as in `Examined`."""
    facts = Facts(Depth.SYNTAX, None, problem=problem) if wanted else None
    return Examined(problem=problem, facts=facts, asked=asked, missed=problem)
