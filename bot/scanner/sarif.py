"""Results of other tools, from SARIF logs.

Static Analysis Results Interchange Format 2.1.0, OASIS Standard; paragraphs are those of
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Logs are hostile: their size and
their number of values are bounded before they are decoded, and what is not needed is not kept.
"""

import codecs
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import unquote

import msgspec

from bot.scanner.names import well_formed
from bot.scanner.source import LFS_POINTER
from bot.scanner.texts import excerpt

LARGEST: Final = 32 << 20  # bytes of a log
MOST_RESULTS: Final = 50_000  # in one log

_VERSION: Final = "2.1.0"
_MOST_VALUES: Final = 2_000_000  # as many take some 300 MB
_MOST_BASES: Final = 16  # base URIs on top of each other
_ROOTS: Final = ("SRCROOT", "%SRCROOT%", "PROJECTROOT", "%PROJECTROOT%", "REPOROOT", "ROOTPATH")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_ARGUMENT: Final = re.compile(r"\{(\d{1,3})\}")


_T = TypeVar("_T")


class Result(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A result that counts, at a path of the repository; an empty path is not known.

    `identity` is what tells it from others of its rule, as its tool says, and stays the same when
    lines move; empty where the tool does not say.
    """

    path: str
    line: int
    column: int
    rule: str
    identity: str
    message: str
    level: str
    tool: str


class Log(msgspec.Struct, frozen=True, array_like=True):
    """What a log holds; with a `fault` it could not be read, or its tool did not do its work."""

    results: tuple[Result, ...] = ()
    fault: str = ""


class _FaultError(Exception):
    """The log cannot be relied on; the message is fit for a report."""


def read(content: bytes, rules: Sequence[str], root: str = "") -> Log:
    """The results of some rules (of all rules, if none are named) in a log.

    Not counted are results that are no failures (3.27.9), that are suppressed (3.27.23, 3.35.3),
    or gone since the tool's own baseline (3.27.24). `root` is the URI of the folder that holds the
    repository's files, where that is known.
    """
    try:
        return Log(tuple(_results(_decoded(content), frozenset(rules), root)))
    except _FaultError as error:
        return Log(fault=str(error))


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    text: str | None = None
    id: str | None = None
    arguments: list[str] | None = None


class _ArtifactLocation(msgspec.Struct, frozen=True, rename="camel"):
    uri: str | None = None
    uri_base_id: str | None = None
    index: int = -1


class _Artifact(msgspec.Struct, frozen=True, rename="camel"):
    location: _ArtifactLocation | None = None


class _Region(msgspec.Struct, frozen=True, rename="camel"):
    start_line: int | None = None
    start_column: int | None = None


class _PhysicalLocation(msgspec.Struct, frozen=True, rename="camel"):
    artifact_location: _ArtifactLocation | None = None
    region: _Region | None = None


class _LogicalLocation(msgspec.Struct, frozen=True, rename="camel"):
    fully_qualified_name: str | None = None
    name: str | None = None


class _Location(msgspec.Struct, frozen=True, rename="camel"):
    physical_location: _PhysicalLocation | None = None
    logical_locations: list[_LogicalLocation] | None = None


class _Suppression(msgspec.Struct, frozen=True, rename="camel"):
    status: str = "accepted"


class _ToolComponentReference(msgspec.Struct, frozen=True, rename="camel"):
    index: int = -1


class _RuleReference(msgspec.Struct, frozen=True, rename="camel"):
    id: str | None = None
    index: int = -1
    tool_component: _ToolComponentReference | None = None


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    rule_id: str | None = None
    rule_index: int = -1
    rule: _RuleReference | None = None
    kind: str = "fail"
    level: str | None = None
    message: _Message = _Message()
    locations: list[_Location] | None = None
    fingerprints: dict[str, str] | None = None
    partial_fingerprints: dict[str, str] | None = None
    suppressions: list[_Suppression] | None = None
    baseline_state: str | None = None


class _Configuration(msgspec.Struct, frozen=True, rename="camel"):
    level: str = "warning"


class _Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    message_strings: dict[str, _Message] | None = None
    default_configuration: _Configuration | None = None


class _Component(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    rules: list[_Descriptor] | None = None


class _Tool(msgspec.Struct, frozen=True, rename="camel"):
    driver: _Component
    extensions: list[_Component] | None = None


class _Invocation(msgspec.Struct, frozen=True, rename="camel"):
    execution_successful: bool = True


class _Provenance(msgspec.Struct, frozen=True, rename="camel"):
    mapped_to: _ArtifactLocation | None = None


class _Run(msgspec.Struct, frozen=True, rename="camel"):
    tool: _Tool
    results: list[_Result] | None = None
    original_uri_base_ids: dict[str, _ArtifactLocation] | None = None
    artifacts: list[_Artifact] | None = None
    invocations: list[_Invocation] | None = None
    version_control_provenance: list[_Provenance] | None = None


class _Log(msgspec.Struct, frozen=True, rename="camel"):
    version: str
    runs: list[_Run] | None = None


_decode: Final = msgspec.json.Decoder(_Log).decode


def _decoded(content: bytes) -> _Log:
    if content.startswith(LFS_POINTER):
        raise _FaultError("it is a Git LFS pointer")
    if len(content) > LARGEST:
        raise _FaultError(f"it is larger than {LARGEST >> 20} MiB")
    if content.count(b"{") + content.count(b":") > _MOST_VALUES:
        raise _FaultError(f"it holds more than {_MOST_VALUES:,} values")
    try:
        log = _decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _FaultError(f"it is no SARIF log: {excerpt(str(error))}") from None
    if log.version != _VERSION:
        version = excerpt(log.version)
        raise _FaultError(f"it is of SARIF version {version}; only {_VERSION} is read")
    return log


def _results(log: _Log, rules: frozenset[str], root: str) -> Iterator[Result]:
    if log.runs is None:  # 3.13.4
        raise _FaultError("it has no runs: its tool could not find out about any")
    count = 0
    for run in log.runs:
        tool = excerpt(run.tool.driver.name)
        if run.results is None:  # 3.14.23
            raise _FaultError(f"{tool} did not look for results")
        if not all(one.execution_successful for one in run.invocations or ()):  # 3.20.14
            raise _FaultError(f"{tool} says that it did not run successfully")
        reader = _Reader(run, root)
        for result in run.results:
            if _counts(result) and (not rules or _is_meant(reader.rule(result), rules)):
                count += 1
                if count > MOST_RESULTS:
                    raise _FaultError(f"it has more than {MOST_RESULTS:,} results")
                yield reader.result(result)


def _counts(result: _Result) -> bool:
    suppressed = any(one.status == "accepted" for one in result.suppressions or ())
    return result.kind == "fail" and not suppressed and result.baseline_state != "absent"


def _is_meant(rule: str, rules: frozenset[str]) -> bool:
    """Whether a rule, or one that it is a part of (3.27.5), is among those that are named."""
    parts = rule.split("/")
    return any("/".join(parts[:end]) in rules for end in range(1, len(parts) + 1))


class _Reader:
    """Reads the results of one run."""

    def __init__(self, run: _Run, root: str) -> None:
        self._run = run
        self._tool = well_formed(excerpt(run.tool.driver.name))
        self._bases = run.original_uri_base_ids or {}
        roots = {_folder(unquote(one)) for one in (root, *self._known_roots()) if one}
        self._roots = sorted(roots, key=len, reverse=True)

    def rule(self, result: _Result) -> str:
        """The id of the rule of a result, however it is given (3.27.5 to 3.27.7)."""
        reference = result.rule or _RuleReference()
        described = self._descriptor(result)
        return result.rule_id or reference.id or (described.id if described else "")

    def result(self, result: _Result) -> Result:
        location = result.locations[0] if result.locations else _Location()
        physical = location.physical_location or _PhysicalLocation()
        region = physical.region or _Region()
        described = self._descriptor(result)
        usual = described.default_configuration if described else None
        return Result(
            path=self._path(physical.artifact_location),
            line=max(region.start_line or 1, 1),
            column=max(region.start_column or 1, 1),
            rule=well_formed(excerpt(self.rule(result))),
            identity=well_formed(excerpt(_identity(result, location))),
            message=well_formed(excerpt(_text(result.message, described))),
            level=well_formed(excerpt(result.level or (usual or _Configuration()).level)),
            tool=self._tool,
        )

    def _descriptor(self, result: _Result) -> _Descriptor | None:
        reference = result.rule or _RuleReference()
        component: _Component | None = self._run.tool.driver
        if reference.tool_component is not None and reference.tool_component.index >= 0:
            component = _at(self._run.tool.extensions, reference.tool_component.index)
        index = result.rule_index if result.rule_index >= 0 else reference.index
        return _at(component.rules, index) if component is not None else None

    def _known_roots(self) -> Iterator[str]:
        """URIs under which the run knows the repository (3.14.28), or the usual root."""
        named = [one.mapped_to for one in self._run.version_control_provenance or ()]
        for location in [*named, *(self._bases.get(name) for name in _ROOTS)]:
            uri = self._uri(location) if location is not None else ""
            if _ABSOLUTE.match(uri):
                yield uri

    def _path(self, location: _ArtifactLocation | None) -> str:
        """The path of an artifact in the repository; empty where that is not known."""
        if location is not None and location.uri is None:
            artifact = _at(self._run.artifacts, location.index)
            location = artifact.location if artifact is not None else None
        if location is None or location.uri is None:
            return ""
        uri = unquote(self._uri(location).partition("#")[0])
        for root in self._roots:
            if uri.startswith(root):
                return _relative(uri.removeprefix(root))
        if not _ABSOLUTE.match(uri):
            return _relative(uri)
        # Nothing says where the repository is: a base is taken to be its root.
        return "" if _ABSOLUTE.match(location.uri) else _relative(unquote(location.uri))

    def _uri(self, location: _ArtifactLocation) -> str:
        """The URI of an artifact, with its bases put before it as far as they are known (3.14.14).

        Relative where no base is absolute: it then starts from the root of the repository.
        """
        uri = location.uri or ""
        for _ in range(_MOST_BASES):
            base = self._bases.get(location.uri_base_id or "")
            if _ABSOLUTE.match(uri) or base is None:
                break
            location = base
            uri = _folder(base.uri) + uri if base.uri else uri
        return uri


def _at(items: Sequence[_T] | None, index: int) -> _T | None:
    return items[index] if items is not None and 0 <= index < len(items) else None


def _folder(uri: str) -> str:
    return uri if uri.endswith("/") else f"{uri}/"


def _relative(path: str) -> str:
    """A path of the repository in its shortest form; empty for what is none."""
    path = posixpath.normpath(path)
    outside = path in {".", ".."} or path.startswith(("../", "/"))
    return "" if outside or _CONTROL.search(path) else well_formed(path)


def _identity(result: _Result, location: _Location) -> str:
    """What a tool tells its results apart by (3.33.4, 3.27.16, 3.27.17)."""
    logical = location.logical_locations[0] if location.logical_locations else _LogicalLocation()
    named = logical.fully_qualified_name or logical.name
    known = result.fingerprints or result.partial_fingerprints
    return named or (known[min(known)] if known else "")


def _text(message: _Message, rule: _Descriptor | None) -> str:
    """A message, with its arguments in their places (3.11.5)."""
    text = message.text
    if text is None and rule is not None and rule.message_strings:
        text = rule.message_strings.get(message.id or "", _Message()).text
    arguments: Mapping[str, str] = {str(n): one for n, one in enumerate(message.arguments or ())}
    return _ARGUMENT.sub(lambda found: arguments.get(found[1], found[0]), text or "")
