"""The exact new lines for imports that have a replacement."""

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.comparison import Comparison
from bot.domain.configuration import Configuration
from bot.domain.suggestion import Suggestion
from bot.domain.violation import Violation
from bot.scanner.facts import Depth, Facts
from bot.scanner.import_edits import replaceable, rewritten
from bot.scanner.import_statements import Statement
from bot.scanner.kinds import kind
from bot.scanner.lexer import lex
from bot.scanner.modules import Roots
from bot.scanner.source import read
from bot.scanner.suggestible import may_have_one

if TYPE_CHECKING:
    from bot.scanner.kind import Checker

_KIND = "banned-import"


def with_suggestions(
    comparison: Comparison, configuration: Configuration, contents: Mapping[str, bytes]
) -> Comparison:
    """The comparison, with what to write in the place of new violations where that is certain.

    `contents` are files of the head, by path.
    """
    suggesting = Suggesting(configuration)

    def suggested(violations: Sequence[Violation]) -> tuple[Violation, ...]:
        by_path: defaultdict[str, list[Violation]] = defaultdict(list)
        for one in violations:
            if one.path in contents and may_have_one(one):
                by_path[one.path].append(one)
        found: dict[str, Suggestion] = {}
        for path, several in by_path.items():
            found.update(suggesting.suggestions(path, contents[path], several))
        return tuple(replace(one, suggestion=found.get(one.fingerprint)) for one in violations)

    migrations = tuple(
        replace(one, added=suggested(one.added), unwaived=suggested(one.unwaived))
        for one in comparison.migrations
    )
    return replace(comparison, migrations=migrations)


class Suggesting:
    """Suggests lines under one configuration."""

    def __init__(self, configuration: Configuration) -> None:
        self._roots = Roots(configuration.roots)
        self._rules: dict[tuple[int, str], Checker] = {
            (migration.issue, rule.id): kind(rule.kind).prepare(rule.parameters)
            for migration in configuration.migrations
            for rule in migration.rules
            if rule.kind == _KIND
        }

    def suggestions(
        self, path: str, content: bytes, violations: Sequence[Violation]
    ) -> Mapping[str, Suggestion]:
        """Fingerprint -> what to write, of violations in one file.

        Those that stand in one statement have one suggestion, which serves all of them.
        """
        source = read(content)
        if source.problem is not None or b"\r" in source.text.replace(b"\r\n", b""):
            return {}
        lines = io.BytesIO(source.text).readlines()
        return dict(self._of(path, lines, violations))

    def _of(
        self, path: str, lines: Sequence[bytes], violations: Sequence[Violation]
    ) -> Iterator[tuple[str, Suggestion]]:
        statements: dict[int, tuple[Statement, list[Violation]]] = {}
        for violation in violations:
            statement = Statement.at(lines, violation.line) if violation.replacement else None
            if statement is not None and (violation.migration, violation.rule) in self._rules:
                statements.setdefault(statement.first, (statement, []))[1].append(violation)
        for statement, several in statements.values():
            served, made = self._rewritten(path, statement, several)
            if made is not None:
                text = made.decode().replace("\r\n", "\n").removesuffix("\n")
                suggestion = Suggestion(statement.first, statement.last, text)
                yield from ((one.fingerprint, suggestion) for one in served)

    def _rewritten(
        self, path: str, statement: Statement, violations: Sequence[Violation]
    ) -> tuple[Sequence[Violation], bytes | None]:
        """The violations that a rewritten statement serves, and its lines if they are certain."""
        numbers = {(name.line, name.column): n for n, name in enumerate(statement.names)}
        instead: dict[int, str] = {}
        served = []
        for one in violations:
            number = numbers.get((one.line, one.column))
            if number is None or one.replacement is None:
                continue
            if not replaceable(statement, statement.names[number]):
                continue
            if instead.setdefault(number, one.replacement) == one.replacement:
                served.append(one)
        if not served:
            return (), None
        made = rewritten(statement, instead, self._roots.file(path).package)
        if made is None or not self._helps(path, statement, made, served):
            return (), None
        return served, made

    def _helps(
        self, path: str, statement: Statement, made: bytes, served: Sequence[Violation]
    ) -> bool:
        """Whether the rules find in the new lines what they found in the old, without `served`."""
        file = self._roots.file(path)
        for key in {(one.migration, one.rule) for one in served}:
            before, after = (
                sum(1 for _ in self._rules[key].check(file, _facts(text)))
                for text in (statement.indentation + statement.body, made)
            )
            if before - after != sum((one.migration, one.rule) == key for one in served):
                return False
        return True


def _facts(text: bytes) -> Facts:
    return Facts(Depth.IMPORTS, None, tuple(lex(text).imports))
