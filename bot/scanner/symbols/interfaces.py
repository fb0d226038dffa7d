"""How classes differ from one that they should be like."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.scanner.symbols.facts import Class
from bot.scanner.symbols.lineage import Lineage, Method
from bot.scanner.symbols.signatures import same, written
from bot.scanner.symbols.table import Origin, Table

_PROTOCOLS: Final = {"Protocol", "typing.Protocol", "typing_extensions.Protocol"}
_MANNERS: Final = {"": "def", "async": "async def", "async generator": "async def with yield"}


class Difference(NamedTuple):
    """One difference, at the place of the method where the class itself has it.

    `kind` is one of: missing, signature, async.
    """

    line: int
    column: int
    method: str
    kind: str
    expected: str
    found: str


class Unclear(NamedTuple):
    """Methods of a class that may come from bases of which nothing is known."""

    methods: Sequence[str]
    why: str


class Interface:
    """What a reference asks of its implementations; `methods` are its public ones if empty."""

    def __init__(
        self,
        table: Table,
        reference: Origin,
        methods: Sequence[str],
        check: Sequence[str],
        *,
        annotations: bool,
    ) -> None:
        self._table = table
        self._check = check
        self._annotations = annotations
        self._reference = reference
        lineage = Lineage(table, reference)
        names = methods or list(lineage.methods())
        self.lacking = [name for name in names if lineage.method(name) is None]
        found = ((name, lineage.method(name)) for name in names)
        self._methods = {name: method for name, method in found if method is not None}
        assert reference.binding is not None
        assert isinstance(reference.binding.what, Class)
        self._is_protocol = bool(_PROTOCOLS & set(reference.binding.what.bases))

    def differences(self, implementation: Origin) -> Iterator[Difference | Unclear]:
        """All differences of one class."""
        lineage = Lineage(self._table, implementation)
        unclear: list[str] = []
        for name, expected in self._methods.items():
            found = lineage.method(name)
            if found is not None and not self._is_only_declared(found):
                yield from self._compared(implementation, name, expected, found)
            elif lineage.unresolved or lineage.is_open:
                unclear.append(name)
            elif "missing" in self._check:
                assert implementation.binding is not None
                place = (implementation.binding.line, implementation.binding.column)
                signature = written(expected, annotations=self._annotations)
                yield Difference(*place, name, "missing", signature, "")
        if unclear and "missing" in self._check:
            bases = ", ".join(lineage.unresolved)
            why = f"base class {bases} is not in the repository" if bases else "it has __getattr__"
            yield Unclear(unclear, why)

    def _is_only_declared(self, found: Method) -> bool:
        """Whether a method that is found is what the reference asks for, and does nothing."""
        own = (found.owner.path, found.owner.name)
        by_reference = own == (self._reference.path, self._reference.name)
        return found.abstract or (by_reference and self._is_protocol)

    def _compared(
        self, implementation: Origin, name: str, expected: Method, found: Method
    ) -> Iterator[Difference]:
        assert implementation.binding is not None
        here = found.owner.path == implementation.path
        binding = found.binding if here else implementation.binding
        place = (binding.line, binding.column)
        if "signature" in self._check and not same(expected, found, annotations=self._annotations):
            signatures = (written(one, annotations=self._annotations) for one in (expected, found))
            yield Difference(*place, name, "signature", *signatures)
        if "async" not in self._check or expected.function is None or found.function is None:
            return
        if expected.function.manner != found.function.manner:
            manners = (_MANNERS[one.manner] for one in (expected.function, found.function))
            yield Difference(*place, name, "async", *manners)
