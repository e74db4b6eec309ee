"""What else a file does with a list of parameters, or of parameter groups."""

from __future__ import annotations

import ast

from optconv.converter.scopes import ScopeTree

_SHOWING = ("len", "print")


def other_uses(node: ast.Name, scopes: ScopeTree) -> list[ast.Name]:
    """Return every other place of the file that reads a variable."""
    scope = scopes.lookup(node.id, node)
    return [
        name
        for name in scopes.names
        if name.id == node.id and name is not node and scopes.lookup(name.id, name) is scope
    ]


def use_elsewhere(node: ast.Name, scopes: ScopeTree) -> str | None:
    """Return what other code does with the dictionaries: "shared" (it reads them), "changed", or None.

    An optimizer of the source framework changes them: it writes its defaults into them.
    """
    found = None
    for name in other_uses(node, scopes):
        parent = scopes.parents[name]
        if isinstance(parent, ast.Attribute) and parent.attr in ("append", "extend"):
            continue
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _SHOWING:
            continue
        if not _only_reads(name, scopes, 1) and not _is_looked_through(name, scopes):
            return "changed"
        found = "shared"
    return found


def use_of_one(node: ast.Name, scopes: ScopeTree) -> str | None:
    """Return the same for a variable that holds a single dictionary."""
    uses = other_uses(node, scopes)
    if not uses:
        return None
    return "shared" if all(_only_reads(use, scopes, 0) for use in uses) else "changed"


def _only_reads(name: ast.Name, scopes: ScopeTree, depth: int) -> bool:
    """Return whether a use takes single entries out of the dictionaries: ``groups[0]["lr"]``.

    Args:
        name: the list (``depth`` 1), or one of its dictionaries (``depth`` 0).
        scopes: of the file.
        depth: how many subscripts come before that of the entry.
    """
    part: ast.AST = name
    steps = 0
    while isinstance(outer := scopes.parents[part], ast.Subscript) and outer.value is part:
        part, steps = outer, steps + 1
    stored = isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load)
    return steps > depth and not stored


def _is_looked_through(name: ast.Name, scopes: ScopeTree) -> bool:
    """Return whether a use is a loop over the list that only takes entries out of the dictionaries."""
    loop = scopes.parents[name]
    if not isinstance(loop, (ast.For, ast.comprehension)) or loop.iter is not name:
        return False
    if not isinstance(target := loop.target, ast.Name):
        return False
    scope = scopes.lookup(target.id, target)
    uses = [n for n in scopes.names if n.id == target.id and scopes.lookup(n.id, n) is scope]
    return all(_only_reads(use, scopes, 0) for use in uses)
