"""Writes the golden files anew: python -m tests.reports.golden. Then read what changed."""

from pathlib import Path

from bot.domain.publication import CheckOutput, Publication
from tests.reports.cases import CASES

_ENDS = 8
FOLDER = Path(__file__).parent.parent / "golden"


def document(publication: Publication) -> str:
    """All that is posted, in one readable file."""
    parts = [
        *_check(publication.check),
        "<!-- comment -->",
        publication.comment or "(none)\n",
        "<!-- what an earlier comment is changed to, where there is no comment now -->",
        publication.resolved or "(none)\n",
    ]
    return "\n".join(parts)


def _check(check: CheckOutput) -> list[str]:
    remarks = [
        f"{one.path}:{one.start_line}:{one.start_column} {one.level} [{one.title}] {one.message}"
        for one in check.annotations[:5]
    ]
    return [
        f"<!-- check: {check.conclusion} -->",
        f"{check.title}\n",
        "<!-- its summary -->",
        check.summary,
        "<!-- its text -->",
        _shortened(check.text) or "(none)\n",
        f"<!-- its {len(check.annotations)} annotations, up to five of them -->",
        *remarks,
        "",
    ]


def _shortened(text: str) -> str:
    """Without the middle of long lists, which would say nothing new."""
    lines = text.splitlines(keepends=True)
    if len(lines) <= 2 * _ENDS:
        return text
    left_out = len(lines) - 2 * _ENDS
    return "".join([*lines[:_ENDS], f"... {left_out} lines ...\n", *lines[-_ENDS:]])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, case in CASES.items():
        (FOLDER / f"{name}.md").write_text(document(case()), encoding="utf-8")
