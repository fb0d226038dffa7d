"""What one file names of a migration."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.inventory import Location, Touch, Via
from bot.suites.inventory.gather import ImportedName
from bot.suites.inventory.matching import Hit, Matcher
from bot.suites.inventory.subjects import Form
from bot.suites.inventory.view import Unit, View


@dataclass(frozen=True, slots=True)
class Touches:
    """The touches of a file by the unit in which they are."""

    by_unit: Mapping[str, tuple[Touch, ...]]

    @property
    def all(self) -> tuple[Touch, ...]:
        """Each thing that is named once, in the order of lines."""
        once: dict[tuple[str, str, str], Touch] = {}
        for touch in sorted(
            (touch for touches in self.by_unit.values() for touch in touches),
            key=lambda touch: touch.location.line,
        ):
            once.setdefault((touch.rule, touch.via, touch.symbol), touch)
        return tuple(_not_told_twice(list(once.values())))


def touches_of(view: View, matcher: Matcher) -> Touches:
    """What the units of a file name; a unit that names nothing is left out."""
    found = {name: tuple(_Finder(view, matcher).unit(unit)) for name, unit in view.units.items()}
    mixed = _mixed(found, matcher)
    return Touches(
        {
            name: tuple(
                replace(one, must_change=True) if (one.rule, one.symbol) in mixed else one
                for one in touches
            )
            for name, touches in found.items()
            if touches
        }
    )


class _Finder:
    def __init__(self, view: View, matcher: Matcher) -> None:
        self._path = view.file.path
        self._matcher = matcher

    def unit(self, unit: Unit) -> Iterator[Touch]:
        for name in unit.imports:
            yield from self._imported(name)
        for dotted, line in unit.names.items():
            for hit in self._named(dotted):
                yield self._touch(hit, Via.NAME, dotted, line)
        for (text, target), line in unit.texts.items():
            for hit in self._matcher.event(text):
                yield self._touch(hit, Via.EVENT, text, line)
            if target:
                for hit in self._named(text):
                    yield self._touch(hit, Via.STRING, text, line)

    def _imported(self, name: ImportedName) -> Iterator[Touch]:
        for hit in self._matcher.path(name.symbol):
            yield self._touch(hit, Via.IMPORT, name.symbol, name.line, _module(name, hit))
        if name.symbol != name.module:
            for hit in self._matcher.name(name.symbol.rpartition(".")[2]):
                yield self._touch(hit, Via.IMPORT, name.symbol, name.line, name.module)

    def _named(self, dotted: str) -> Iterator[Hit]:
        yield from self._matcher.path(dotted)
        for part in dict.fromkeys(dotted.split(".")):
            yield from self._matcher.name(part)

    def _touch(
        self, hit: Hit, via: Via, symbol: str, line: int, module: str | None = None
    ) -> Touch:
        must_change = hit.subject.must_change and self._matcher.applies(hit.rule, self._path)
        return Touch(
            rule=hit.rule.id,
            via=via,
            symbol=symbol,
            location=Location(self._path, line),
            module=module,
            must_change=must_change,
            replacement=hit.replacement(symbol) if must_change else None,
        )


def _module(name: ImportedName, hit: Hit) -> str:
    """The import path that is written for something: that of the module it is taken from.

    `from shop import legacy` is a way to `shop.legacy`, not to `shop`.
    """
    text = hit.subject.text
    if hit.subject.form is not Form.BELOW or f"{name.module}.".startswith(f"{text}."):
        return name.module
    return name.symbol


def _not_told_twice(touches: Sequence[Touch]) -> Iterator[Touch]:
    """Leave out the uses of what an import brought in: the import stands for them."""
    imported: defaultdict[str, set[str]] = defaultdict(set)
    for touch in touches:
        if touch.via is Via.IMPORT:
            imported[touch.rule].add(touch.symbol)
    for touch in touches:
        if touch.via is not Via.NAME or not _below(touch.symbol, imported[touch.rule]):
            yield touch


def _below(dotted: str, paths: set[str]) -> bool:
    while dotted and dotted not in paths:
        dotted = dotted.rpartition(".")[0]
    return bool(dotted)


def _mixed(found: Mapping[str, Iterable[Touch]], matcher: Matcher) -> set[tuple[str, str]]:
    """What a file imports although it has another of the same set already: (rule, symbol)."""
    mixed: set[tuple[str, str]] = set()
    imports = sorted(
        (one for touches in found.values() for one in touches if one.via is Via.IMPORT),
        key=lambda one: one.location.line,
    )
    for rule in matcher.together:
        first: str | None = None
        for one in imports:
            if one.rule == rule.id and matcher.applies(rule, one.location.path):
                of = next(hit.subject.text for hit in matcher.path(one.symbol) if hit.rule is rule)
                first = first or of
                if of != first:
                    mixed.add((rule.id, one.symbol))
    return mixed
