"""GitHub's limits on what is posted, and texts that keep to them.

Reports shorten themselves by priority long before; what happens here is the last guard, so that a
run never ends in a 422. Sources: https://docs.github.com/en/rest/checks/runs,
https://docs.github.com/en/rest/commits/statuses; the Checks API counts bytes where its
documentation says characters (https://github.com/github/docs/issues/35252).
"""

ANNOTATIONS_PER_REQUEST = 50

OUTPUT_BYTES = 65_535  # `summary` and `text` of a check run, each
ANNOTATION_BYTES = 64 * 1024  # `message` of an annotation
TITLE_CHARACTERS = 255
DESCRIPTION_CHARACTERS = 140  # of a commit status
COMMENT_CHARACTERS = 65_536

_CUT = "\n\n(shortened to fit GitHub's limit)"
_ELLIPSIS = "…"


def storable(text: str) -> str:
    """`text` as GitHub accepts it: valid Unicode without NUL.

    Paths that are no UTF-8 carry lone surrogates, which JSON would pass on and GitHub refuse.
    """
    return (
        text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def within_bytes(text: str, limit: int) -> str:
    """`text`, cut at its end with a note where its UTF-8 is longer than `limit` bytes."""
    encoded = storable(text).encode()
    if len(encoded) <= limit:
        return encoded.decode()
    return encoded[: limit - len(_CUT)].decode("utf-8", "ignore") + _CUT


def within_characters(text: str, limit: int) -> str:
    """`text`, cut at its end with a note where it has more than `limit` characters."""
    whole = storable(text)
    return whole if len(whole) <= limit else whole[: limit - len(_CUT)] + _CUT


def one_line(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, with an ellipsis where it was longer."""
    line = " ".join(storable(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + _ELLIPSIS
