"""Where a value comes from: follows an expression back through the file to the expressions it began as."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Binding

_LONGEST_TRAIL = 8  # assignments and calls followed before giving up
_READING_METHODS = ("get", "pop", "copy", "items", "values")
Origins = frozenset["ast.expr | None"]  # None: something that cannot be followed
_UNKNOWN: Origins = frozenset({None})


def origins(context: FileContext, node: ast.expr, depth: int = 0) -> Origins:
    """Return the expressions that ``node``, or what it was taken out of, began as."""
    if depth > _LONGEST_TRAIL:
        return _UNKNOWN
    match node:
        case ast.Name():
            return _joined(context, context.scopes.reaching(node.id, node), depth)
        case ast.Subscript(value=holder):
            return origins(context, holder, depth + 1)
        case ast.Attribute() if (holder_class := context.kinds.functions.class_of(node.value)) is not None:
            bindings = context.kinds.functions.attribute_bindings.get((holder_class, node.attr), [])
            return _joined(context, bindings, depth)
        case ast.IfExp(body=body, orelse=orelse):
            return origins(context, body, depth + 1) | origins(context, orelse, depth + 1)
        case ast.NamedExpr(value=value):
            return origins(context, value, depth + 1)
        case ast.Call(func=ast.Attribute(value=holder, attr=name)) if name in _READING_METHODS:
            return origins(context, holder, depth + 1)
        case ast.Call():
            function = context.kinds.functions.called_function(node)
            if isinstance(function, ast.FunctionDef):
                returned = [origins(context, value, depth + 1) for value in _returned(context, function)]
                return frozenset().union(*returned) if returned else _UNKNOWN
    return frozenset({node})


def _joined(context: FileContext, bindings: list[Binding], depth: int) -> Origins:
    found = [_of_binding(context, binding, depth) for binding in bindings]
    return frozenset().union(*found) if found else _UNKNOWN


def _of_binding(context: FileContext, binding: Binding, depth: int) -> Origins:
    if binding.kind in ("assign", "loop") and binding.value is not None:
        return origins(context, binding.value, depth + 1)
    if binding.kind != "parameter" or not isinstance(binding.node, ast.arg):
        return _UNKNOWN
    function = context.scopes.parents[context.scopes.parents[binding.node]]
    if not isinstance(function, ast.FunctionDef):
        return _UNKNOWN
    functions = context.kinds.functions
    passed = [functions.passed(call, function, binding.node) for call in functions.calls_to(function)]
    found = [_UNKNOWN if value is None else origins(context, value, depth + 1) for value in passed]
    return frozenset().union(*found) if found else _UNKNOWN


def _returned(context: FileContext, function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Return)
            and node.value
            and context.kinds.functions.function_around(node) is function
        ):
            yield node.value
