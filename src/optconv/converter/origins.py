"""Where a value comes from: follows an expression back through the file to the expressions it began as."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Binding

_LONGEST_TRAIL = 12  # assignments and calls followed before giving up
_READING_METHODS = ("get", "pop", "copy", "items", "values")


@dataclass
class Origins:
    """The expressions that a value began as; ``unknown`` when something could not be followed."""

    nodes: list[ast.expr] = field(default_factory=list)
    unknown: bool = False


def origins(context: FileContext, node: ast.expr) -> Origins:
    """Return the expressions that ``node``, or what it was taken out of, began as."""
    found = Origins()
    seen: set[ast.expr] = set()
    trail: list[tuple[ast.expr | None, int]] = [(node, 0)]
    while trail:
        current, depth = trail.pop()
        if current is None or depth > _LONGEST_TRAIL:
            found.unknown = True
            continue
        if current in seen:
            continue
        seen.add(current)
        steps = _steps(context, current)
        if steps == [current]:
            found.nodes.append(current)
        else:
            trail += [(step, depth + 1) for step in steps]
    return found


def _steps(context: FileContext, node: ast.expr) -> Sequence[ast.expr | None]:
    """Return what a value is taken from: the node itself where a trail ends, None where one is lost."""
    match node:
        case ast.Name():
            return _of_bindings(context, context.scopes.reaching(node.id, node))
        case ast.Subscript(value=holder):
            return [holder]
        case ast.Attribute() if (holder_class := context.kinds.functions.class_of(node.value)) is not None:
            return _of_bindings(
                context, context.kinds.functions.attribute_bindings.get((holder_class, node.attr), [])
            )
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.NamedExpr(value=value):
            return [value]
        case ast.Call(func=ast.Attribute(value=holder, attr=name)) if name in _READING_METHODS:
            return [holder]
        case ast.Call():
            function = context.kinds.functions.called_function(node)
            if isinstance(function, ast.FunctionDef):
                return list(_returned(context, function)) or [None]
    return [node]


def _of_bindings(context: FileContext, bindings: list[Binding]) -> list[ast.expr | None]:
    return [value for binding in bindings for value in _of_binding(context, binding)] or [None]


def _of_binding(context: FileContext, binding: Binding) -> Sequence[ast.expr | None]:
    if binding.kind in ("assign", "loop"):
        return [binding.value]
    if binding.kind != "parameter" or not isinstance(binding.node, ast.arg):
        return [None]
    function = context.scopes.parents[context.scopes.parents[binding.node]]
    if not isinstance(function, ast.FunctionDef):
        return [None]
    functions = context.kinds.functions
    return [functions.passed(call, function, binding.node) for call in functions.calls_to(function)] or [None]


def _returned(context: FileContext, function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Return)
            and node.value
            and context.kinds.functions.function_around(node) is function
        ):
            yield node.value
