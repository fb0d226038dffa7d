"""Which rules of a migration a dotted path, a name or a string falls under."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from bot.domain.configuration import Rule
from bot.scanner.globs import Globs
from bot.scanner.names import full_match
from bot.scanner.probes import DefinitionProbe, words
from bot.suites.inventory.declared import SIGN
from bot.suites.inventory.subjects import Form, ModulesOf, Subject, subjects_of


class Hit(NamedTuple):
    """A rule that something falls under, and by which of its subjects."""

    rule: Rule
    subject: Subject

    def replacement(self, symbol: str) -> str | None:
        """What to write instead of a dotted path."""
        new = self.subject.replacement
        if new is None or not symbol.startswith(self.subject.text):
            return new
        return new + symbol.removeprefix(self.subject.text)


class Words:
    """Words of which a text must have one to matter; without any known, every text may matter."""

    def __init__(self) -> None:
        self._words: set[bytes] = set()
        self._any = False

    def add(self, words: Sequence[bytes]) -> None:
        """Add words of which one must be there; none means that nothing can be told by words."""
        self._words.update(words)
        self._any = self._any or not words

    def among(self, text: bytes) -> bool:
        """Whether a text may matter."""
        return self._any or any(word in text for word in self._words)


class Matcher:
    """Everything that a migration is about, made ready to be looked for.

    `unnamed` are the rules that name nothing, `together` those that forbid a file to have several
    of what they name, `rules` all by id. `deep` are the words of what only a parser can tell, such
    as names and events.
    """

    def __init__(self, rules: Iterable[Rule], modules_of: ModulesOf) -> None:
        self.unnamed: list[str] = []
        self.together: list[Rule] = []
        self.deep = Words()
        self.deep.add([SIGN])
        self.rules: dict[str, Rule] = {}
        self._shallow = Words()
        self._by_path: dict[Form, defaultdict[str, list[Hit]]] = {
            form: defaultdict(list) for form in (Form.BELOW, Form.DIRECT, Form.EXACT)
        }
        self._events: defaultdict[str, list[Hit]] = defaultdict(list)
        self._globs: list[tuple[Callable[[str], object], Hit]] = []
        self._names: list[tuple[Callable[[str], object], Hit]] = []
        self._known: dict[str, tuple[Hit, ...]] = {}
        self._known_names: dict[str, tuple[Hit, ...]] = {}
        self._allowed: dict[str, Callable[[str], bool]] = {}
        for rule in rules:
            self._take(rule, subjects_of(rule, modules_of))
        paths = {path for named in self._by_path.values() for path in named}
        self._above: defaultdict[str, set[str]] = defaultdict(set)
        for path in paths:
            for dot in re.finditer(r"\.", path):
                following = path[dot.end() :].partition(".")[0]
                self._above[path[: dot.start()]].add(following)
        self._parts = [[(part, part.encode()) for part in path.split(".")] for path in paths]
        self._written = [path.encode() for path in paths]

    def may_matter(self, path: str, text: bytes) -> bool:
        """Whether a file has the words without which nothing can be named in it.

        Of a dotted path these are all its parts; some may be in the path of the file instead, from
        where relative imports start.
        """
        if self._shallow.among(text) or self.deep.among(text):
            return True
        return any(
            all(word in text or part in path for part, word in parts) for parts in self._parts
        )

    def writes_out(self, text: bytes) -> bool:
        """Whether a dotted path that is looked for stands in a text as it is."""
        return any(path in text for path in self._written)

    def path(self, dotted: str) -> tuple[Hit, ...]:
        """The rules that an absolute dotted path falls under, each by its most exact subject."""
        known = self._known.get(dotted)
        if known is None:
            known = self._known[dotted] = tuple(_most_exact(self._over(dotted)))
        return known

    def name(self, name: str) -> tuple[Hit, ...]:
        """The rules that a bare name falls under."""
        known = self._known_names.get(name)
        if known is None:
            known = tuple(hit for matches, hit in self._names if matches(name))
            self._known_names[name] = known
        return known

    def event(self, text: str) -> Sequence[Hit]:
        """The rules that a string falls under."""
        return self._events.get(text, ())

    def leads_to(self, dotted: str, text: bytes) -> bool:
        """Whether a text that imports a dotted path may go on from it to what is looked for.

        It does so by an attribute, or under a name of its own.
        """
        following = self._above.get(dotted)
        return following is not None and any(
            _goes_on(dotted.rpartition(".")[2], name).search(text) for name in following
        )

    def applies(self, rule: Rule, path: str) -> bool:
        """Whether a rule forbids anything in this file at all."""
        return self._allowed[rule.id](path)

    def events(self, rule: Rule) -> frozenset[str]:
        """The events that a rule names."""
        return frozenset(
            event for event, hits in self._events.items() if any(hit.rule is rule for hit in hits)
        )

    def _take(self, rule: Rule, subjects: Sequence[Subject]) -> None:
        self.rules[rule.id] = rule
        self._allowed[rule.id] = _scope(rule)
        if not subjects:
            self.unnamed.append(rule.id)
        if rule.kind == "dual-import":
            self.together.append(rule)
        for subject in subjects:
            text, hit = subject.text, Hit(rule, subject)
            match subject.form:
                case Form.EVENT:
                    self._events[text].append(hit)
                    self.deep.add([text.encode()])
                case Form.NAME:
                    self._names.append((full_match(text), hit))
                    self.deep.add(words(DefinitionProbe(text, is_class=True)))
                case Form.GLOB:
                    self._globs.append((full_match(_dotted_glob(text)), hit))
                    self._shallow.add(_longest_segment(text))
                case Form.BELOW | Form.DIRECT | Form.EXACT as form:
                    self._by_path[form][text].append(hit)

    def _over(self, dotted: str) -> Iterator[Hit]:
        yield from self._by_path[Form.EXACT].get(dotted, ())
        below, direct = self._by_path[Form.BELOW], self._by_path[Form.DIRECT]
        path = dotted
        while path:
            yield from below.get(path, ())
            path = path.rpartition(".")[0]
        for path in (dotted, dotted.rpartition(".")[0]):
            yield from direct.get(path, ())
        yield from (hit for matches, hit in self._globs if matches(dotted))


@cache
def _goes_on(name: str, following: str) -> re.Pattern[bytes]:
    """An attribute of a name, or another name for it; as it can be spread over lines."""
    gap = r"(?:\s|\\)*"
    attribute = rf"{gap}\.{gap}{re.escape(following)}\b"
    return re.compile(rf"\b{re.escape(name)}(?:{attribute}|[\s\\]{gap}as\b)".encode())


def _most_exact(hits: Iterable[Hit]) -> Iterable[Hit]:
    """For each rule the hit by its longest subject; what must change goes before what need not."""
    best: dict[str, Hit] = {}
    for hit in hits:
        known = best.setdefault(hit.rule.id, hit)
        if _exactness(hit) > _exactness(known):
            best[hit.rule.id] = hit
    return best.values()


def _exactness(hit: Hit) -> tuple[bool, int]:
    return hit.subject.must_change, len(hit.subject.text)


def _scope(rule: Rule) -> Callable[[str], bool]:
    include, exclude = Globs(rule.include or ("**",)), Globs(rule.exclude)
    allow = Globs(_allow(rule.parameters))

    def within(path: str) -> bool:
        return include.match(path) and not exclude.match(path) and not allow.match(path)

    return within


def _allow(parameters: Any) -> tuple[str, ...]:
    return tuple(getattr(parameters, "allow", ()))


def _longest_segment(glob: str) -> Sequence[bytes]:
    segments = [segment for segment in glob.split(".") if segment.isidentifier()]
    return [max(segments, key=len).encode()] if segments else ()


def _dotted_glob(glob: str) -> str:
    """The regular expression of a glob of modules, and of what lies below them."""
    parts = {"**": r".*", "*": r"[^.]*", "?": r"[^.]"}
    written = re.sub(r"\*\*|\*|\?|[^*?]+", lambda m: parts.get(m[0]) or re.escape(m[0]), glob)
    return rf"{written}(?:\..*)?"
