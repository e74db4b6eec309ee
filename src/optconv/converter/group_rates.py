"""The learning rates of parameter groups beside the optimizer's: the same, or a multiple of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from optconv.converter.compose import Piece
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span
from optconv.converter.tree_index import position_of
from optconv.converter.values import is_literal, is_pure


def common_rate(context: FileContext, call: ast.Call, rates: Sequence[ast.expr]) -> ast.expr | None:
    """Return the rate that all groups have, when it is written alike and means the same at the call."""
    first = rates[0]
    if any(context.source.of(rate) != context.source.of(first) for rate in rates) or not is_pure(first):
        return None
    if is_literal(first) or all(_stands_in(context, rate, call) for rate in rates):
        return first
    return None


def _stands_in(context: FileContext, node: ast.expr, call: ast.Call) -> bool:
    """Return whether an expression of the call sees the variables that the call sees."""
    inside = any(ancestor is call for ancestor in context.scopes.ancestors(node))
    return inside and context.scopes.enclosing_scope(node) is context.scopes.enclosing_scope(call)


def is_same_rate(context: FileContext, key: str, value: ast.expr, base: Piece) -> bool:
    """Return whether an entry of a group gives it the very rate that the optimizer has."""
    if key != context.tables.rate_name or base.node is None:
        return False
    if value is base.node:
        return True
    if context.source.of(value) != context.source.of(base.node) or not is_pure(value):
        return False
    return is_literal(value) or is_base_visible(context, base.node, value)


def is_base_visible(context: FileContext, base: ast.expr | None, value: ast.expr) -> bool:
    """Return whether the optimizer's rate ``base`` has the same value where ``value`` stands."""
    if base is None or is_literal(base):
        return True
    scopes = context.scopes
    together = scopes.statement(base) is scopes.statement(value)
    for part in ast.walk(base):
        if isinstance(part, ast.Name):
            if scopes.lookup(part.id, value) is not scopes.lookup(part.id, part):
                return False
            if together:
                continue
            here, there = scopes.reaching(part.id, value), scopes.reaching(part.id, part)
            if {id(b) for b in here} != {id(b) for b in there}:
                return False
            own = scopes.lookup(part.id, part)
            if own is scopes.enclosing_scope(value) and any(
                position_of(b.node) > position_of(value) for b in here
            ):
                return False
    return together or not _is_stored_between(context, base, position_of(value), position_of(base))


def _is_stored_between(
    context: FileContext, base: ast.expr, start: tuple[int, int], end: tuple[int, int]
) -> bool:
    """Return whether an attribute that ``base`` reads is stored between two places."""
    read = {part.attr for part in ast.walk(base) if isinstance(part, ast.Attribute)}
    return any(
        a.attr in read and not isinstance(a.ctx, ast.Load) and start < position_of(a) < end
        for a in context.scopes.attributes
    )


def remove_entry(context: FileContext, node: ast.Dict | ast.Call, key: str) -> bool:
    """Remove one entry of a group that stands behind others; return whether that could be done."""
    source = context.source
    if isinstance(node, ast.Call):
        parts = [(source.span(keyword), keyword.arg) for keyword in node.keywords]
    else:
        parts = [
            (Span(source.span(k).start, context.span_with_parentheses(v).end), getattr(k, "value", None))
            for k, v in zip(node.keys, node.values, strict=True)
            if k is not None
        ]
    place = next(i for i, (_, name) in enumerate(parts) if name == key)
    if place == 0:
        return False
    removed = Span(parts[place - 1][0].end, parts[place][0].end)
    between = source.text[removed.start : parts[place][0].start]
    if between.strip() != ",":
        return False
    context.edits.replace(removed, "")
    return True
