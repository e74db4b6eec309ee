"""Whether an expression is an iterator, which can be gone through only once, or can be gone through again."""

from __future__ import annotations

import ast
from typing import Any

from optconv.converter.file_context import FileContext
from optconv.converter.group_dicts import GROUP_ENTRY
from optconv.converter.values import known_value
from optconv.mappings.expressions import UNKNOWN, Typed

IS_ITERATOR = "one_pass"  # what the tables' expressions call it
_DEEPEST = 8


def is_iterator(context: FileContext, node: ast.expr, depth: int = 0) -> Any:
    """Return whether ``node`` is an iterator in the output; `UNKNOWN` where that cannot be seen.

    What gives a model's parameters is an iterator in the source framework and a list in the output, unless
    the file defines a method of that name itself.
    """
    if depth > _DEEPEST:
        return UNKNOWN
    value = known_value(node, context.scopes)
    if value is not UNKNOWN:
        return isinstance(value, Typed) and value.type_name in ("generator", "iterator")
    idioms = context.tables.idioms
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in idioms.parameter_iterators:
            return UNKNOWN if name in _defined_functions(context) else False
        case ast.Attribute(attr=name) if name in idioms.parameter_attributes:
            return False
        case ast.BinOp(op=ast.Add()) | ast.Subscript(slice=ast.Slice()):
            return False  # an iterator cannot be added or cut
        case ast.Subscript(slice=ast.Constant(value=str(key))) if key == GROUP_ENTRY:
            return False
        case ast.IfExp():
            return _joined([is_iterator(context, part, depth + 1) for part in (node.body, node.orelse)])
        case ast.Call() if isinstance(
            called := context.kinds.functions.called_function(node), ast.FunctionDef
        ):
            return _joined([_value(context, value, depth) for value in _results(context, called)])
        case ast.Name() | ast.Attribute():
            return _joined([_value(context, value, depth) for value in _values(context, node)])
    return UNKNOWN


def _value(context: FileContext, value: ast.expr | None, depth: int) -> Any:
    return UNKNOWN if value is None else is_iterator(context, value, depth + 1)


def _values(context: FileContext, node: ast.Name | ast.Attribute) -> list[ast.expr | None]:
    """Return what a name or attribute can hold: what it is assigned, or what calls of the file pass."""
    functions = context.kinds.functions
    if isinstance(node, ast.Name):
        bindings = context.scopes.reaching(node.id, node)
        if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg):
            parameter = bindings[0].node
            function = context.scopes.parents[context.scopes.parents[parameter]]
            if isinstance(function, ast.FunctionDef):
                return [functions.passed(call, function, parameter) for call in functions.calls_to(function)]
    return functions.assigned(node)


def _results(context: FileContext, function: ast.FunctionDef) -> list[ast.expr | None]:
    """Return what a function of the file returns; a generator's result cannot be seen."""
    own = [n for n in ast.walk(function) if context.kinds.functions.function_around(n) is function]
    if function.decorator_list or any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own):
        return [None]
    return [n.value for n in own if isinstance(n, ast.Return)]


def _joined(parts: list[Any]) -> Any:
    return parts[0] if parts and all(part is parts[0] for part in parts) else UNKNOWN


def _defined_functions(context: FileContext) -> frozenset[str]:
    scopes = context.scopes.scopes
    return frozenset(
        node.name for node in scopes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
