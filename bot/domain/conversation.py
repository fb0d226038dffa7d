from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Somebody's words on an issue or a pull request, as they stood when they were written.

    They are kept as they came: whoever edits a comment later must not change what it asked for.
    `id` and `created_at` (UTC, whole seconds) are GitHub's. Accounts are known by their ids;
    logins can be given away. `opened_by` opened the conversation: None for a deleted account.
    """

    id: int
    number: int
    on_pull_request: bool
    opened_by: int | None
    author: str
    author_id: int
    body: str
    created_at: datetime
