"""One walk through a module: its scopes, and every place that a rule may ask about."""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bot.scanner.nodes import Function, is_guard, parameters_of
from bot.scanner.scopes import Binding, Block, Imported, Resolver, Scope, join

# Fields that hold no nodes, or nodes that hold no names.
_BARREN: Final = {
    *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level"),
    *("module", "name", "op", "ops", "rest", "simple", "type_comment", "type_ignores"),
}


def _fields() -> Mapping[type[ast.AST], Sequence[str]]:
    kinds = [kind for kind in vars(ast).values() if isinstance(kind, type)]
    fields = {
        kind: tuple(field for field in kind._fields if field not in _BARREN)
        for kind in kinds
        if issubclass(kind, ast.AST)
    }
    return {**fields, ast.Constant: (), ast.MatchSingleton: ()}


def _known(*names: str) -> Sequence[type[ast.AST]]:
    return [getattr(ast, name) for name in names if hasattr(ast, name)]


_FIELDS: Final = _fields()


class Called(NamedTuple):
    """A call of `function`; without a `call` it is applied as a decorator to `block`'s `target`."""

    function: ast.expr
    block: Block
    call: ast.Call | None = None
    target: Function | ast.ClassDef | None = None


Assignment = ast.Assign | ast.AnnAssign | ast.AugAssign


class Program:
    """What one walk through a module finds, in no order.

    `names` are the ones that are used, `bodies` the scopes of classes and functions with what is
    around them, `aliases` the names that stand for others, `augmented` the targets of `+=` and
    the like, `rebound` the names that a scope binds in its module.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope("module", None, tree, "")
        self.names: list[tuple[ast.Name, Block]] = []
        self.attributes: list[tuple[ast.Attribute, Block]] = []
        self.subscripts: list[tuple[ast.Subscript, Block]] = []
        self.calls: list[Called] = []
        self.assignments: list[tuple[Assignment, Block]] = []
        self.globals: list[tuple[ast.Global, Block]] = []
        self.bodies: list[tuple[Scope, Block]] = []
        self.stars: list[str] = []
        self.aliases: list[tuple[str, Imported | ast.Name | ast.Attribute]] = []
        self.augmented: set[ast.expr] = set()
        self.rebound: set[tuple[Scope, str]] = set()
        _Walk(self).through(tree)
        self.resolver = Resolver(self.stars)


class _Walk:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._pending: list[tuple[ast.AST, Block]] = []
        self._bindings: list[tuple[Scope, str, Binding]] = []

    def through(self, tree: ast.Module) -> None:
        pending = self._pending
        self._into(tree.body, Block(self._program.module, "module"))
        while pending:
            node, block = pending.pop()
            handler = _HANDLERS.get(type(node))
            if handler is not None:
                handler(self, node, block)
            else:
                self._children(node, block)
        # Only now: a name may be bound above the "global" or "nonlocal" that it is declared with.
        nonlocally = []
        for scope, name, binding in self._bindings:
            declared = scope.elsewhere.get(name)
            if declared == "global":
                self._program.rebound.add((scope, name))
            if declared == "nonlocal":
                nonlocally.append((scope, name, binding))
            else:
                scope.bind(name, binding)
        for scope, name, binding in nonlocally:
            scope.bind(name, binding)

    def _bind(self, block: Block, name: str, value: ast.AST | Imported | None = None) -> None:
        if isinstance(value, Imported | ast.Name | ast.Attribute):
            self._program.aliases.append((name, value))
        elif not isinstance(value, ast.Constant):
            value = None
        self._bindings.append((block.scope, name, value))

    def _children(self, node: ast.AST, block: Block) -> None:
        pending = self._pending
        for field in _FIELDS[type(node)]:
            value = getattr(node, field, None)
            if type(value) is list:
                pending.extend([(child, block) for child in value if child is not None])
            elif value is not None:
                pending.append((value, block))

    def _into(self, nodes: Iterable[ast.AST | None], block: Block) -> None:
        self._pending.extend([(node, block) for node in nodes if node is not None])

    def name(self, node: ast.Name, block: Block) -> None:
        if type(node.ctx) is not ast.Store:
            self._program.names.append((node, block))
        if type(node.ctx) is not ast.Load:
            self._bind(block, node.id)
            block.scope.variables.add(node.id)

    def attribute(self, node: ast.Attribute, block: Block) -> None:
        self._program.attributes.append((node, block))
        self._pending.append((node.value, block))

    def subscript(self, node: ast.Subscript, block: Block) -> None:
        self._program.subscripts.append((node, block))
        self._into((node.value, node.slice), block)

    def call(self, node: ast.Call, block: Block) -> None:
        self._program.calls.append(Called(node.func, block, node))
        self._children(node, block)

    def assign(self, node: ast.Assign, block: Block) -> None:
        self._program.assignments.append((node, block))
        for target in node.targets:
            if type(target) is ast.Name:
                self._bind(block, target.id, node.value)
            else:
                self._pending.append((target, block))
        self._pending.append((node.value, block))

    def annotated(self, node: ast.AnnAssign, block: Block) -> None:
        self._program.assignments.append((node, block))
        if type(node.target) is ast.Name:
            self._bind(block, node.target.id, node.value)
        else:
            self._pending.append((node.target, block))
        self._into((node.annotation, node.value), block)

    def augmented(self, node: ast.AugAssign, block: Block) -> None:
        self._program.assignments.append((node, block))
        self._program.augmented.add(node.target)
        if type(node.target) is ast.Name:
            self._program.names.append((node.target, block))
        self._into((node.target, node.value), block)

    def walrus(self, node: ast.NamedExpr, block: Block) -> None:
        scope = block.scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._bind(block._replace(scope=scope), node.target.id, node.value)
        self._pending.append((node.value, block))

    def imported(self, node: ast.Import, block: Block) -> None:
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            self._bind(block, alias.asname or path, Imported(path))

    def import_from(self, node: ast.ImportFrom, block: Block) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self._program.stars.append(module)
            else:
                path = Imported(join(module, f".{alias.name}"))
                self._bind(block, alias.asname or alias.name, path)

    def global_(self, node: ast.Global, block: Block) -> None:
        self._program.globals.append((node, block))
        block.scope.elsewhere.update(dict.fromkeys(node.names, "global"))

    def nonlocal_(self, node: ast.Nonlocal, block: Block) -> None:
        block.scope.elsewhere.update(dict.fromkeys(node.names, "nonlocal"))

    def function(self, node: Function, block: Block) -> None:
        self._bind(block, node.name)
        self._decorated(node, block)
        around = self._type_parameters(node, block)
        inner = self._body(node, node.name, "function", around)
        self._parameters(node.args, around, inner)
        if node.returns is not None:
            self._pending.append((node.returns, around))
        self._into(node.body, inner)

    def lambda_(self, node: ast.Lambda, block: Block) -> None:
        scope = Scope("function", block.scope, node, block.scope.name)
        inner = Block(scope, block.context)
        self._parameters(node.args, block, inner)
        self._pending.append((node.body, inner))

    def class_(self, node: ast.ClassDef, block: Block) -> None:
        self._bind(block, node.name)
        self._decorated(node, block)
        around = self._type_parameters(node, block)
        self._into((*node.bases, *node.keywords), around)
        self._into(node.body, self._body(node, node.name, "class", around))

    def _body(self, node: ast.AST, name: str, kind: str, around: Block) -> Block:
        outer = around.scope.name
        scope = Scope(kind, around.scope, node, f"{outer}.{name}" if outer else name)
        self._program.bodies.append((scope, around))
        return Block(scope, kind)

    def _decorated(self, node: Function | ast.ClassDef, block: Block) -> None:
        for decorator in node.decorator_list:
            self._program.calls.append(Called(decorator, block, target=node))
        self._into(node.decorator_list, block)

    def _type_parameters(self, node: ast.AST, block: Block) -> Block:
        parameters = getattr(node, "type_params", ())
        if not parameters:
            return block
        scope = Scope("function", block.scope, node, block.scope.name)
        inner = Block(scope, block.context)
        self._into(parameters, inner)
        return inner

    def type_parameter(self, node: ast.AST, block: Block) -> None:
        self._bind(block, node.name)  # type: ignore[attr-defined] # Python 3.12 and later
        self._children(node, block)

    def type_alias(self, node: ast.AST, block: Block) -> None:
        inner = self._type_parameters(node, block)
        self._pending.append((node.name, block))  # type: ignore[attr-defined] # 3.12 and later
        self._pending.append((node.value, inner))  # type: ignore[attr-defined] # 3.12 and later

    def _parameters(self, arguments: ast.arguments, around: Block, inner: Block) -> None:
        self._into((*arguments.defaults, *arguments.kw_defaults), around)
        for argument in parameters_of(arguments):
            self._bind(inner, argument.arg)
            if argument.annotation is not None:
                self._pending.append((argument.annotation, around))

    def comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        block: Block,
    ) -> None:
        scope = Scope("comprehension", block.scope, node, block.scope.name)
        inner = Block(scope, block.context)
        first, *others = node.generators
        self._pending.append((first.iter, block))
        self._into((first.target, *first.ifs, *others), inner)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self._into(results, inner)

    def if_(self, node: ast.If, block: Block) -> None:
        self._pending.append((node.test, block))
        guarded = is_guard(node.test)
        self._into(node.body, block.within("type_checking") if guarded else block)
        self._into(node.orelse, block)

    def try_(self, node: ast.Try, block: Block) -> None:
        inner = block.within("try")
        self._into((*node.body, *node.orelse, *node.finalbody), inner)
        for handler in node.handlers:
            if handler.type is not None:
                self._pending.append((handler.type, block))
            if handler.name is not None:
                self._bind(block, handler.name)
            self._into(handler.body, inner)

    def capture(self, node: ast.MatchAs | ast.MatchStar, block: Block) -> None:
        if node.name is not None:
            self._bind(block, node.name)
        self._children(node, block)

    def capture_rest(self, node: ast.MatchMapping, block: Block) -> None:
        if node.rest is not None:
            self._bind(block, node.rest)
        self._children(node, block)


_HANDLERS: Final[Mapping[type[ast.AST], Callable[[_Walk, Any, Block], None]]] = {
    ast.AnnAssign: _Walk.annotated,
    ast.Assign: _Walk.assign,
    ast.AsyncFunctionDef: _Walk.function,
    ast.Attribute: _Walk.attribute,
    ast.AugAssign: _Walk.augmented,
    ast.Call: _Walk.call,
    ast.ClassDef: _Walk.class_,
    ast.DictComp: _Walk.comprehension,
    ast.FunctionDef: _Walk.function,
    ast.GeneratorExp: _Walk.comprehension,
    ast.Global: _Walk.global_,
    ast.If: _Walk.if_,
    ast.Import: _Walk.imported,
    ast.ImportFrom: _Walk.import_from,
    ast.Lambda: _Walk.lambda_,
    ast.ListComp: _Walk.comprehension,
    ast.MatchAs: _Walk.capture,
    ast.MatchMapping: _Walk.capture_rest,
    ast.MatchStar: _Walk.capture,
    ast.Name: _Walk.name,
    ast.NamedExpr: _Walk.walrus,
    ast.Nonlocal: _Walk.nonlocal_,
    ast.SetComp: _Walk.comprehension,
    ast.Subscript: _Walk.subscript,
    ast.Try: _Walk.try_,
    ast.TryStar: _Walk.try_,
    # What the running Python does not know cannot be met.
    **dict.fromkeys(_known("ParamSpec", "TypeVar", "TypeVarTuple"), _Walk.type_parameter),
    **dict.fromkeys(_known("TypeAlias"), _Walk.type_alias),
}
