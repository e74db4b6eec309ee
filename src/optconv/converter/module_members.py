"""Members of a module that are taken by their name as text: ``getattr(optim, "Adam")`` and the like."""

from __future__ import annotations

import ast
from collections.abc import Mapping

TAKING = ("getattr", "vars")  # Python's own functions that give members


def member_of(node: ast.AST) -> tuple[ast.expr, str] | None:
    """Return the module and the name when ``node`` takes a member of a module by its name as text.

    ``getattr(optim, "Adam")``, ``vars(optim)["Adam"]`` and ``optim.__dict__["Adam"]`` do.
    """
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[module, ast.Constant(value=str(name))], keywords=[]):
            return module, name
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="vars"), args=[module], keywords=[]),
            slice=ast.Constant(value=str(name)),
            ctx=ast.Load(),
        ):
            return module, name
        case ast.Subscript(
            value=ast.Attribute(value=module, attr="__dict__"),
            slice=ast.Constant(value=str(name)),
            ctx=ast.Load(),
        ):
            return module, name
    return None


def member_around(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> tuple[ast.expr, str] | None:
    """Return the expression that takes a member of the module ``node`` by its name, and the name."""
    outer: ast.AST | None = node
    for _ in range(2):
        outer = parents.get(outer) if outer is not None else None
        found = member_of(outer) if outer is not None else None
        if found is not None and found[0] is node and isinstance(outer, ast.expr):
            return outer, found[1]
    return None
