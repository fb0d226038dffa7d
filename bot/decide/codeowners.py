"""Who owns a path, by a CODEOWNERS file.

Patterns are those of gitignore(5), without negation, character ranges and an escaped `#`; the last
one that matches decides, also when it names nobody. Other than in gitignore, `docs/*` takes what
lies in docs itself and nothing further down:
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re
from typing import Final

from bot.domain.codeowners import CodeOwners, OwnerRule
from bot.scanner.globs import translate

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file; the first one that is there counts."""

LARGEST: Final = 3 * 1024 * 1024
"""Bytes; GitHub does not read a larger one."""

_WORD: Final = re.compile(r"(?:\\.|\S)+")
_OWNER: Final = re.compile(r"@[\w.-]+(?:/[\w.-]+)?|[^@\s]+@[^@\s]+")
_AND_BELOW: Final = "(?:/|$)"


def read(path: str, text: str) -> CodeOwners:
    """The rules of a CODEOWNERS file; like GitHub, it skips lines that it does not understand."""
    rules, unread = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        words = _WORD.findall(_without_comment(line))
        if not words:
            continue
        pattern, *owners = words
        if _is_pattern(pattern) and all(_OWNER.fullmatch(owner) for owner in owners):
            rules.append(OwnerRule(pattern, tuple(owners), number))
        else:
            unread.append(number)
    return CodeOwners(path, tuple(rules), tuple(unread))


class Owners:
    """Answers for many paths; each is looked for once."""

    def __init__(self, file: CodeOwners) -> None:
        """Of several patterns that match, an alternation takes the first: so the last rule."""
        self._rules = file.rules[::-1]
        union = "|".join(f"({_expression(rule.pattern)})" for rule in self._rules)
        self._union = re.compile(union, re.DOTALL) if union else None
        self._known: dict[str, OwnerRule | None] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a path from the repository's root; none where nobody owns it."""
        rule = self.rule(path)
        return () if rule is None else rule.owners

    def rule(self, path: str) -> OwnerRule | None:
        """The rule that decides."""
        if path not in self._known:
            found = self._union.match(path) if self._union else None
            number = found.lastindex if found else None
            self._known[path] = self._rules[number - 1] if number else None
        return self._known[path]


def _without_comment(line: str) -> str:
    """A `#` begins a comment at the start of a line, or after a space."""
    return re.split(r"(?:^|(?<=\s))#", line, maxsplit=1)[0]


def _is_pattern(text: str) -> bool:
    if text.startswith("!") or "[" in text or "]" in text or not text.strip("/"):
        return False
    try:
        translate(text)
    except ValueError:
        return False
    return True


def _expression(pattern: str) -> str:
    """The regular expression of a pattern, to be matched at the start of a path."""
    expression = translate(pattern)
    if pattern.endswith("/*"):
        return expression.removesuffix(_AND_BELOW) + "$"
    return expression
