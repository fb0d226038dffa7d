"""The configuration with another phase in it, and every other character as it was."""

from collections.abc import Iterator, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config.loader import load_files
from bot.domain.errors import InputError
from bot.domain.phase import Phase


def with_phase(files: Mapping[str, bytes], issue: int, phase: Phase) -> Mapping[str, bytes]:
    """The file that names the phase of a migration, changed: path -> bytes.

    `files` are a whole valid configuration. ruamel.yaml tells where the value stands; the text
    around it is kept byte for byte, its quotes too. Raises `InputError` where the configuration
    has no such migration, and `ConfigurationInvalidError` where it is not valid.
    """
    before = load_files(files)
    if not any(one.issue == issue for one in before.migrations):
        raise InputError(f"there is no migration {issue} in the configuration")
    for path, raw in files.items():
        text = raw.decode("utf-8-sig")
        for node in _phases(text, issue):
            start, end = node.start_mark.index, node.end_mark.index
            quote = node.style if node.style in {"'", '"'} else ""
            # A plain scalar's end mark can lie behind the spaces that follow it.
            end = start + len(text[start:end].rstrip())
            changed = f"{text[:start]}{quote}{phase.value}{quote}{text[end:]}"
            kept = raw[: len(raw) - len(text.encode())]  # a byte order mark
            return {path: kept + changed.encode()}
    raise InputError(f"the phase of migration {issue} stands in no file")


def _phases(text: str, issue: int) -> Iterator[ScalarNode]:
    """Where the phase of a migration stands in one file."""
    root = YAML(typ="rt", pure=True).compose(text)
    for migration in _migrations(root):
        entries = _entries(migration)
        number, phase = entries.get("issue"), entries.get("phase")
        if isinstance(number, ScalarNode) and isinstance(phase, ScalarNode):
            yield from [phase] if _number(number.value) == issue else []


def _migrations(root: Node | None) -> Iterator[Node]:
    """The migrations of a file: in its list, as a list, or the file itself."""
    if isinstance(root, SequenceNode):
        yield from root.value
    elif isinstance(root, MappingNode):
        yield root
        listed = _entries(root).get("migrations")
        yield from listed.value if isinstance(listed, SequenceNode) else ()


def _entries(node: Node) -> Mapping[str, Node]:
    if not isinstance(node, MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, ScalarNode)}


def _number(text: str) -> int | None:
    """An integer as YAML 1.2 writes it."""
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        return None
