"""Signatures as they are compared, and as they are written."""

from collections.abc import Sequence

from bot.scanner.symbols.facts import Function, Parameter, ParameterKind
from bot.scanner.symbols.lineage import Method

_BOUND = {"method", "classmethod"}


def same(expected: Method, found: Method, *, annotations: bool) -> bool:
    """Whether two methods can be called alike; true where that is not known of one of them."""
    if expected.kind and found.kind and expected.kind != found.kind:
        return False
    if expected.function is None or found.function is None:
        return True
    if expected.kind == "property":
        return not annotations or expected.function.returns == found.function.returns
    return _compared(expected, expected.function, annotations=annotations) == _compared(
        found, found.function, annotations=annotations
    )


def written(method: Method, *, annotations: bool) -> str:
    """The signature for people, such as `classmethod (cls, key, *, fast=False)`."""
    kind = "" if method.kind in {"", "method"} else method.kind
    if method.function is None or kind == "property":
        return kind or "unknown"
    inside = ", ".join(_pieces(method.function.parameters, annotations=annotations))
    returns = method.function.returns if annotations else None
    arrow = f" -> {returns}" if returns is not None else ""
    return f"{kind} ({inside}){arrow}".lstrip()


def _compared(method: Method, function: Function, *, annotations: bool) -> object:
    parameters = list(function.parameters)
    if method.kind in _BOUND and parameters and parameters[0].kind <= 1:
        del parameters[0]  # whatever it is called
    return (
        [
            (
                "" if _is_nameless(one) else one.name,
                one.kind,
                one.default,
                one.annotation if annotations else None,
            )
            for one in parameters
        ],
        function.returns if annotations else None,
    )


def _is_nameless(parameter: Parameter) -> bool:
    """Whether no caller can write the name of a parameter."""
    return parameter.kind in {
        ParameterKind.POSITIONAL_ONLY,
        ParameterKind.VAR_POSITIONAL,
        ParameterKind.VAR_KEYWORD,
    }


def _pieces(parameters: Sequence[Parameter], *, annotations: bool) -> list[str]:
    pieces: list[str] = []
    kinds = [one.kind for one in parameters]
    for number, one in enumerate(parameters):
        if one.kind == ParameterKind.KEYWORD_ONLY and not any(
            kind in {ParameterKind.VAR_POSITIONAL, ParameterKind.KEYWORD_ONLY}
            for kind in kinds[:number]
        ):
            pieces.append("*")
        stars = {ParameterKind.VAR_POSITIONAL: "*", ParameterKind.VAR_KEYWORD: "**"}
        typed = annotations and one.annotation is not None
        text = stars.get(one.kind, "") + one.name + (f": {one.annotation}" if typed else "")
        if one.default is not None:
            text += f" = {one.default}" if typed else f"={one.default}"
        pieces.append(text)
        positional = one.kind == ParameterKind.POSITIONAL_ONLY
        if positional and ParameterKind.POSITIONAL_ONLY not in kinds[number + 1 :]:
            pieces.append("/")
    return pieces
