"""Reads all files of a configuration and puts them together."""

from collections.abc import Mapping
from typing import Any

from bot.config import FOLDER, MAIN_FILE, digest
from bot.config.consistency import check_migrations, check_no_empty_values
from bot.config.document import Budget, read
from bot.config.editor import schema_of
from bot.config.problems import Problems, legible
from bot.config.rules import rule_from
from bot.config.schema.document import DocumentKeys
from bot.config.schema.migration import MigrationFileKeys, MigrationKeys
from bot.config.tree import Node
from bot.config.validation import attempt, report
from bot.domain.configuration import Configuration, Migration, Place
from bot.domain.errors import ConfigurationInvalidError, ConfigurationMissingError

MAX_FILES = 200
MAX_BYTES = 1024 * 1024

_SETTINGS = ("roots", "include", "exclude", "limits")


def load_files(files: Mapping[str, bytes]) -> Configuration:
    """The configuration that path -> bytes make together; see `bot.config.load`."""
    if not files:
        raise ConfigurationMissingError(f"there is neither {MAIN_FILE} nor {FOLDER}/*.yml")
    problems = Problems()
    paths = sorted(files, key=lambda path: (path != MAIN_FILE, path))
    _check_names_and_sizes(files, Place(legible(paths[-1]), 1, 1), problems)
    loading = _Loading(problems)
    for path in paths:
        loading.take(path, files[path])
    loading.check()
    if problems:
        raise ConfigurationInvalidError(problems.sorted())
    return Configuration(
        digest=digest(files),
        sources=tuple(paths),
        migrations=tuple(loading.migrations),
        **loading.settings,
    )


def _check_names_and_sizes(files: Mapping[str, bytes], place: Place, problems: Problems) -> None:
    for path in files:
        if not path.isprintable():
            shown = Place(legible(path), 1, 1)
            problems.add(shown, "the file's name cannot be shown", expected="printable characters")
    size = sum(len(raw) for raw in files.values())
    if len(files) > MAX_FILES:
        problems.add(place, f"there are {len(files):,} files", expected=f"at most {MAX_FILES}")
    if size > MAX_BYTES:
        expected = f"at most {MAX_BYTES:,}"
        problems.add(place, f"the configuration has {size:,} bytes", expected=expected)
    if problems:
        raise ConfigurationInvalidError(problems.sorted())


class _Loading:
    """Takes one file after the other; problems in one do not keep it from the next."""

    def __init__(self, problems: Problems) -> None:
        self.migrations: list[Migration] = []
        self.settings: dict[str, Any] = {}
        self._problems = problems
        self._budget = Budget()
        self._trees: list[Node] = []
        self._nodes: list[Node] = []  # of the migrations
        self._places: dict[str, Place] = {}  # of the settings
        self._complete = True

    def take(self, path: str, raw: bytes) -> None:
        """Read one file: settings and a list of migrations, or, in the folder, migrations alone."""
        tree = read(path, raw, self._budget, self._problems)
        if tree is None:
            self._complete = False
            return
        self._trees.append(tree)
        if path != MAIN_FILE and isinstance(tree.content, list):
            for node in tree.items:
                self._take_migration(node, MigrationKeys)
        elif path != MAIN_FILE and _is_migration(tree):
            self._take_migration(tree, MigrationFileKeys)
        else:
            self._take_document(tree)

    def check(self) -> None:
        """Hold everything that was taken against each other."""
        check_migrations(self._nodes, self._problems)
        for tree in self._trees:
            check_no_empty_values(tree, self._problems)
        if self._complete and not any(_lists_migrations(tree) for tree in self._trees):
            self._problems.add(
                self._trees[0].place, "key `migrations` is missing", expected="a list of migrations"
            )

    def _take_document(self, tree: Node) -> None:
        keys, errors = attempt(DocumentKeys.model_validate_json, tree)
        if errors:
            schema = schema_of(DocumentKeys)
            report(errors, tree, "the configuration", schema, self._problems)
        for key in _SETTINGS:
            if key in tree.entries:
                self._define(key, tree.entries[key].place)
                if keys:
                    self.settings[key] = keys.setting(key)
        listed = tree.get("migrations")
        for node in listed.items if listed else ():
            self._take_migration(node, MigrationKeys)

    def _define(self, key: str, place: Place) -> None:
        first = self._places.setdefault(key, place)
        if first is not place:
            self._problems.add(
                place,
                f"`{key}` is defined twice",
                hint=f"first at {first.path}:{first.line}:{first.column}",
            )

    def _take_migration(self, node: Node, model: type[MigrationKeys]) -> None:
        self._nodes.append(node)
        keys, errors = attempt(model.model_validate_json, node)
        if errors:
            report(errors, node, "the migration", schema_of(model), self._problems)
        listed = node.get("rules")
        rules = [rule_from(rule, self._problems) for rule in (listed.items if listed else ())]
        if keys:
            self.migrations.append(keys.value(tuple(rule for rule in rules if rule)))


def _is_migration(tree: Node) -> bool:
    keys = tree.entries.keys()
    of_document = keys & (DocumentKeys.model_fields.keys() - {"version"})
    return len(keys & MigrationKeys.model_fields.keys()) > len(of_document)


def _lists_migrations(tree: Node) -> bool:
    return isinstance(tree.content, list) or "migrations" in tree.entries or _is_migration(tree)
