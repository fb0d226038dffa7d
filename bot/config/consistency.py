"""What must agree across a whole configuration: names defined once, references that lead somewhere.

It looks at the trees, not at validated values, so that a fault elsewhere hides nothing.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.config.problems import Problems, did_you_mean, one_of, quoted
from bot.config.tree import Node
from bot.domain.measure import Figure, Measure

_NAMED = {
    "rules": ("id", "rule"),
    "tests": ("category", "test category"),
    "probes": ("name", "probe"),
    "coverage": ("name", "coverage entry"),
    "success": ("name", "success criterion"),
}
_SUBJECTS = {
    Figure.VIOLATIONS_RULE: "rules",
    Figure.CATEGORY_PASSED: "tests",
    Figure.PROBE_UP: "probes",
    Figure.COVERAGE: "coverage",
}


def check_migrations(migrations: Sequence[Node], problems: Problems) -> None:
    """Add what does not agree, within each migration and between them."""
    _once(migrations, "issue", "migration of issue", problems)
    for migration in migrations:
        for section, (key, what) in _NAMED.items():
            _once(_items(migration, section), key, what, problems)
        _once(_items(migration.get("decision"), "criteria"), "name", "criterion", problems)
        known = {section: _names(migration, section) for section in _SUBJECTS.values()}
        for measure in _measures(migration):
            _check_subject(measure, known, problems)


def check_no_empty_values(tree: Node, problems: Problems) -> None:
    """Add every key without a value, and every empty item, that nothing else was said about."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node.content is None and not node.broken and not problems.at(node.place):
            problems.add(node.place, "a value is missing", expected="a value, or no key")
        waiting += node.items
        waiting += (e.value for e in node.entries.values() if not problems.at(e.place))


def _items(node: Node | None, key: str) -> Sequence[Node]:
    inner = node.get(key) if node else None
    return inner.items if inner else ()


def _once(nodes: Sequence[Node], key: str, what: str, problems: Problems) -> None:
    first: dict[str | int, Node] = {}
    for node in nodes:
        name = node.get(key)
        if name is None or not isinstance(name.content, str | int):
            continue
        if name.content in first:
            there = first[name.content].place
            problems.add(
                name.place,
                f"{what} {quoted(str(name.content))} is defined twice",
                hint=f"first at {there.path}:{there.line}:{there.column}",
            )
        first.setdefault(name.content, name)


def _measures(migration: Node) -> Iterator[Node]:
    holders = [
        *_items(migration.get("decision"), "criteria"),
        *_items(migration, "success"),
        *(step.get("done_when") for step in _items(migration, "plan")),
    ]
    for holder in holders:
        if holder and (measure := holder.get("measure")):
            yield measure


def _names(migration: Node, section: str) -> Sequence[str]:
    key, _ = _NAMED[section]
    names = (item.get(key) for item in _items(migration, section))
    texts = (name.content for name in names if name and isinstance(name.content, str))
    return list(dict.fromkeys(texts))


def _check_subject(node: Node, names: Mapping[str, Sequence[str]], problems: Problems) -> None:
    measure = Measure.parse(node.content) if isinstance(node.content, str) else None
    section = _SUBJECTS.get(measure.figure) if measure else None
    if measure is None or section is None or measure.subject is None:
        return
    _, what = _NAMED[section]
    known = names[section]
    if measure.subject not in known:
        problems.add(
            node.place,
            f"no {what} is called {quoted(measure.subject)}",
            expected=one_of(known) if known else f"a {what} of that name in `{section}`",
            hint=did_you_mean(measure.subject, known),
        )
