"""GitHub's bounds on what is posted (docs.github.com/rest/checks/runs, rest/issues/comments)."""

from typing import Final

LONGEST_COMMENT: Final = 65_000
"""Bytes; GitHub takes 65,536 characters, and the publisher adds its marker."""

LONGEST_OUTPUT: Final = 65_000
"""Bytes of a check's summary, and of its text: GitHub takes 65,535; a preface may come before."""

LONGEST_TITLE: Final = 200
"""Characters of a check's title, of which GitHub's pages show about half."""

LONGEST_REMARK_TITLE: Final = 255
"""Characters of an annotation's title."""

LONGEST_REMARK: Final = 2_000
"""Characters of an annotation's message; GitHub would take 64 KB, a reader would not."""

MOST_REMARKS: Final = 500
"""Annotations of one check: ten requests. The check's text lists more."""
