"""The types of what is assigned to entries of parameter groups, where the target insists on one."""

from __future__ import annotations

import ast

from optconv.converter.coercion import coerce
from optconv.converter.file_context import FileContext
from optconv.converter.values import known_value


def write_as(context: FileContext, value: ast.expr, wanted: str) -> None:
    """Write a value in the type that an entry must have: "float", "floats", "bool", or any ("")."""
    if wanted == "float":
        _as_float(context, value)
    elif wanted == "floats":
        _as_floats(context, value)
    elif wanted == "bool" and not _is_truth(context, value):
        _wrap(context, value, "bool(", ")")


def _as_float(context: FileContext, value: ast.expr) -> None:
    if _is_float(context, value):
        return
    text = context.source.of(value)
    written = coerce(text, "float", context.scopes, context.tables.idioms, value)
    if isinstance(value, ast.Constant) and written != text:
        context.replace(value, written)
    else:
        _wrap(context, value, "float(", ")")


def _as_floats(context: FileContext, value: ast.expr) -> None:
    if isinstance(value, (ast.Tuple, ast.List)) and not any(isinstance(v, ast.Starred) for v in value.elts):
        for entry in value.elts:
            _as_float(context, entry)
        return
    known = known_value(value, context.scopes)
    if not (isinstance(known, tuple) and all(isinstance(entry, float) for entry in known)):
        _wrap(context, value, "tuple(map(float, ", "))")


def _is_float(context: FileContext, value: ast.expr) -> bool:
    """Return whether a value is certainly a float: written so, divided, or computed with one."""
    if isinstance(known_value(value, context.scopes), float):
        return True
    match value:
        case ast.Call(func=ast.Name(id="float")):
            return True
        case ast.BinOp(op=ast.Div()):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Pow(), right=right):
            return _is_float(context, left) or _is_float(context, right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _is_float(context, operand)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_float(context, body) and _is_float(context, orelse)
        case ast.Subscript(value=inner):
            return bool(context.groups_of(inner)) or _is_pair_of_group(context, inner)
    return False


def _is_pair_of_group(context: FileContext, node: ast.expr) -> bool:
    """Return whether a node is an entry of a group, one of whose parts is taken: ``group["betas"]``."""
    return isinstance(node, ast.Subscript) and bool(context.groups_of(node.value))


def _is_truth(context: FileContext, value: ast.expr) -> bool:
    return isinstance(known_value(value, context.scopes), bool) or (
        isinstance(value, ast.Compare) or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
    )


def _wrap(context: FileContext, value: ast.expr, before: str, behind: str) -> None:
    span = context.source.span(value)
    context.edits.replace(span, lambda render: f"{before}{render(span)}{behind}")
