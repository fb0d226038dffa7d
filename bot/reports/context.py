from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

_LONGEST_URL: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """What a report is about, and how it links: the same for every part of one run.

    `web_url` is where the repository's pages are (https://github.com), None where that is not
    known: places are then named without a link. `subject` is what was evaluated, in words
    ("pull request 7", "branch main"). Commits are 40 hex digits; `merge_base` and `config_digest`
    are None where the run did not come so far. `config_paths` are the configuration's files.
    `at` is when the run began: a run that is taken up again then says the same again.
    `details_url` is the page that shows the whole report where it had to be shortened.
    """

    repository: str
    web_url: str | None
    subject: str
    base: str
    head: str
    merge_base: str | None
    config_digest: str | None
    config_paths: tuple[str, ...]
    version: str
    at: datetime
    check_name: str = "canon"
    details_url: str | None = None

    def blob(self, path: str, line: int, *, commit: str | None = None) -> str | None:
        """The page of one line of a file at `commit` (the head where none is given).

        None for a path so long that no browser would follow it.
        """
        where = _quoted(path)
        page = self._page(f"blob/{commit or self.head}/{where}#L{line}")
        return page if page is None or len(page) <= _LONGEST_URL else None

    def folder(self, path: str, *, commit: str) -> str | None:
        """The page of a directory at `commit`."""
        page = self._page(f"tree/{commit}/{_quoted(path)}")
        return page if page is None or len(page) <= _LONGEST_URL else None

    def commit(self, sha: str) -> str | None:
        """The page of a commit."""
        return self._page(f"commit/{sha}")

    def issue(self, number: int) -> str | None:
        """The page of an issue."""
        return self._page(f"issues/{number}")

    def _page(self, rest: str) -> str | None:
        if self.web_url is None:
            return None
        return f"{self.web_url.rstrip('/')}/{quote(self.repository)}/{rest}"


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")
