"""What one file names of a migration."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

from bot.domain.inventory import Location, Touch, Via
from bot.suites.inventory.gather import ImportedName
from bot.suites.inventory.matching import Hit, Matcher
from bot.suites.inventory.subjects import Form
from bot.suites.inventory.view import MODULE, Unit, View


class Touches:
    """The touches of a file by the unit in which they are."""

    def __init__(self, by_unit: Mapping[str, tuple[Touch, ...]]) -> None:
        self.by_unit = by_unit
        touches = [touch for touches in by_unit.values() for touch in touches]
        self._ordered = sorted(touches, key=lambda touch: touch.location.line)
        self._imports: dict[tuple[str, str], Touch] = {}
        for touch in self._ordered:
            if touch.via is Via.IMPORT:
                self._imports.setdefault((touch.rule, touch.symbol), touch)

    @property
    def all(self) -> tuple[Touch, ...]:
        """Each thing that is named once, in the order of lines."""
        once: dict[tuple[str, str, str], Touch] = {}
        for touch in self._ordered:
            if touch.via is not Via.NAME or self._import_of(touch) is None:
                once.setdefault((touch.rule, touch.via, touch.symbol), touch)
        return tuple(once.values())

    def of_unit(self, name: str) -> tuple[Touch, ...]:
        """The touches of one unit; for what it uses of an import, the import."""
        return tuple(
            (self._import_of(touch) or touch) if touch.via is Via.NAME else touch
            for touch in self.by_unit.get(name, ())
        )

    def _import_of(self, touch: Touch) -> Touch | None:
        """The import that brought in what is used."""
        path = touch.symbol
        while path and (touch.rule, path) not in self._imports:
            path = path.rpartition(".")[0]
        return self._imports.get((touch.rule, path))


def touches_of(view: View, matcher: Matcher, modules: Container[str]) -> Touches:
    """What the units of a file name; a unit that names nothing is left out.

    `modules` are those of the repository, as far as they are known.
    """
    finder = _Finder(view.file.path, matcher, modules)
    found = {name: tuple(finder.unit(unit)) for name, unit in view.units.items()}
    found[MODULE] = (*found.get(MODULE, ()), *finder.declared(view.detects))
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
    def __init__(self, path: str, matcher: Matcher, modules: Container[str]) -> None:
        self._path = path
        self._matcher = matcher
        self._modules = modules

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
                yield from (self._touch(hit, Via.STRING, text, line) for hit in self._named(text))
            elif "." in text:
                for hit in self._matcher.path(text):
                    touch = self._touch(hit, Via.STRING, text, line)
                    yield replace(touch, must_change=False, replacement=None)

    def declared(self, detects: Mapping[str, int]) -> Iterator[Touch]:
        """The rules of the migration that the file says it detects."""
        for rule, line in detects.items():
            if rule in self._matcher.rules:
                yield Touch(
                    rule=rule,
                    via=Via.DETECTS,
                    symbol=rule,
                    location=Location(self._path, line),
                )

    def _imported(self, name: ImportedName) -> Iterator[Touch]:
        for hit in self._matcher.path(name.symbol):
            yield self._touch(hit, Via.IMPORT, name.symbol, name.line, self._module(name, hit))
        if name.symbol != name.module:
            for hit in self._matcher.name(name.symbol.rpartition(".")[2]):
                yield self._touch(hit, Via.IMPORT, name.symbol, name.line, name.module)

    def _named(self, dotted: str) -> Iterator[Hit]:
        yield from self._matcher.path(dotted)
        for part in dict.fromkeys(dotted.split(".")):
            yield from self._matcher.name(part)

    def _module(self, name: ImportedName, hit: Hit) -> str:
        """The import path that is written for something: that of the module it is taken from.

        `from shop import legacy` is a way to `shop.legacy`, not to `shop`.
        """
        text = hit.subject.text
        above = hit.subject.form is Form.BELOW and not _below(name.module, text)
        return name.symbol if above or name.symbol in self._modules else name.module

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


def _below(dotted: str, path: str) -> bool:
    return dotted == path or dotted.startswith(f"{path}.")


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
