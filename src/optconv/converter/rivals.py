"""Finds schedulers that can act on one optimizer together, or one that a loop builds again and again."""

from __future__ import annotations

import ast

from optconv.converter.branches import exclusive
from optconv.converter.file_context import FileContext


def find_rivals(context: FileContext, calls: list[tuple[ast.Call, ast.expr]]) -> dict[ast.Call, ast.Call]:
    """Find schedulers that can act on the same optimizer together, and name one rival of each."""
    rivals: dict[ast.Call, ast.Call] = {}
    for i, (first, first_optimizer) in enumerate(calls):
        for second, second_optimizer in calls[i + 1 :]:
            if same_optimizer(context, first_optimizer, second_optimizer) and not exclusive(
                context.scopes, first, second
            ):
                rivals.setdefault(first, second)
                rivals.setdefault(second, first)
        if _is_repeated(context, first, first_optimizer):
            rivals.setdefault(first, first)
    return rivals


def _is_repeated(context: FileContext, node: ast.Call, optimizer: ast.expr) -> bool:
    """Return whether a loop builds the scheduler again and again for an optimizer built outside of it."""
    around = context.scopes.ancestors(node)
    loops = [a for a in around if isinstance(a, (ast.For, ast.AsyncFor, ast.While)) and _repeats(a, node)]
    same_scope = [
        a for a in loops if context.scopes.enclosing_scope(a) is context.scopes.enclosing_scope(node)
    ]
    built = [i.construction for i in context.kinds.values(optimizer).instances if i.construction is not None]
    in_scope = [c for c in built if context.scopes.enclosing_scope(c) is context.scopes.enclosing_scope(node)]
    return any(
        all(loop not in context.scopes.ancestors(construction) for construction in in_scope)
        for loop in same_scope
        if in_scope
    )


def _repeats(loop: ast.For | ast.AsyncFor | ast.While, node: ast.AST) -> bool:
    """Return whether a loop evaluates ``node`` in every round: not what it goes through."""
    return isinstance(loop, ast.While) or not any(part is node for part in ast.walk(loop.iter))


def same_optimizer(context: FileContext, first: ast.expr, second: ast.expr) -> bool:
    """Return whether two expressions hold the same optimizer, as far as can be seen."""
    made = [context.kinds.values(node).calls for node in (first, second)]
    if made[0] and made[1]:
        return bool(made[0] & made[1])
    same_text = isinstance(first, (ast.Name, ast.Attribute)) and ast.dump(first) == ast.dump(second)
    return same_text and context.scopes.enclosing_scope(first) is context.scopes.enclosing_scope(second)
