"""What waivers do to violations on some day, and what is wrong with the waivers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, product

from msgspec.structs import replace as replaced

from bot.domain.configuration import Configuration, Migration, Rule
from bot.domain.scan import WaiverProblem
from bot.domain.violation import Violation, Waiver, fingerprint
from bot.scanner.facts import Facts, WaiverComment
from bot.scanner.snapshot import FileResult

_Place = tuple[str, int, str]  # path, line, rule


def with_waivers(
    result: FileResult | None, facts: Facts | None, *, python: bool
) -> FileResult | None:
    """The result of a file, with the waivers that stand in it."""
    found = tuple(one for one in facts.waivers if one.python == python) if facts else ()
    if not found:
        return result
    return replaced(result or FileResult(None, ()), waivers=found)


class Waiving:
    """The waivers of one scan. `violations` come back waived, and those that waivers are."""

    def __init__(
        self,
        configuration: Configuration,
        waivers: Mapping[str, Sequence[WaiverComment]],
        today: date,
    ) -> None:
        self._waivers = waivers
        self._today = today.isoformat()
        self._rules: defaultdict[str, list[tuple[Migration, Rule]]] = defaultdict(list)
        for migration in configuration.migrations:
            for rule in migration.rules:
                self._rules[rule.id].append((migration, rule))
        self._covering: defaultdict[_Place, list[WaiverComment]] = defaultdict(list)
        self._matched: set[_Place] = set()
        for path, one in self._all():
            if not one.fault:
                for line, name in product({one.line, one.covers}, one.rules):
                    self._covering[path, line, name].append(one)

    def violations(self, found: Iterable[Violation]) -> Iterator[Violation]:
        """What was found, with its waivers, and a violation for each waiver that is at fault."""
        for violation in found:
            yield self._waived(violation)
        ordinals: Counter[tuple[str, int, str]] = Counter()
        for path, one in self._all():
            for name in one.rules if one.fault else ():
                for migration, rule in self._rules.get(name, ()):
                    key = (path, migration.issue, name)
                    yield _violation(migration, rule, path, one, ordinals[key])
                    ordinals[key] += 1

    def problems(self) -> tuple[WaiverProblem, ...]:
        """The waivers that do nothing, by path and line; to be asked after the violations."""
        found = (
            WaiverProblem(path, one.line, reason)
            for path, one in self._all()
            for reason in self._reasons(path, one)
        )
        return tuple(sorted(found, key=lambda one: (one.path, one.line, one.reason)))

    def _all(self) -> Iterator[tuple[str, WaiverComment]]:
        return chain.from_iterable(
            ((path, one) for one in several) for path, several in self._waivers.items()
        )

    def _waived(self, violation: Violation) -> Violation:
        covering = self._covering.get((violation.path, violation.line, violation.rule), ())
        in_force = [one for one in covering if one.until >= self._today]
        for one in in_force[:1] or covering:
            self._matched.add((violation.path, one.line, violation.rule))
        if not in_force:
            return violation
        one = in_force[0]
        return replace(violation, waiver=Waiver(reason=one.reason, by=one.by, until=one.until))

    def _reasons(self, path: str, one: WaiverComment) -> Iterator[str]:
        unknown = [rule for rule in one.rules if rule not in self._rules]
        if one.fault and len(unknown) == len(one.rules):
            yield f"this waiver {one.fault}"
            return
        for rule in unknown:
            yield f"there is no rule {rule}"
        if one.fault:
            return
        for rule in one.rules:
            if rule in self._rules and (path, one.line, rule) not in self._matched:
                yield f"there is no violation of {rule} here to waive"
        if one.until < self._today:
            yield f"expired on {one.until}, given by {one.by}: {one.reason}"


def _violation(
    migration: Migration, rule: Rule, path: str, one: WaiverComment, ordinal: int
) -> Violation:
    """A waiver at fault, as a violation of the rule that it names."""
    symbol = f"canon: allow[{rule.id}]"
    return Violation(
        migration=migration.issue,
        rule=rule.id,
        severity=rule.severity,
        path=path,
        line=one.line,
        column=1,
        symbol=symbol,
        message=f"this waiver {one.fault}",
        fingerprint=fingerprint(migration.issue, rule.id, path, symbol, ordinal),
        via="waiver",
    )
