"""Whether two places of a function can both run."""

from __future__ import annotations

import ast

from optconv.converter.scopes import ScopeTree
from optconv.converter.tree_index import position_of


def exclusive(scopes: ScopeTree, first: ast.AST, second: ast.AST) -> bool:
    """Return whether the two can never both run: different branches, or a ``return`` behind the first."""
    if scopes.enclosing_scope(first) is not scopes.enclosing_scope(second):
        return False
    trail = _branches(scopes, first)
    for holder, branch in _branches(scopes, second).items():
        if holder in trail and trail[holder] != branch:
            return True
    earlier, later = sorted((first, second), key=position_of)
    return _leaves(scopes, earlier, later)


def _branches(scopes: ScopeTree, node: ast.AST) -> dict[ast.AST, object]:
    """Return, for every ``if`` and ``match`` around ``node``, in which branch of it the node stands."""
    branches: dict[ast.AST, object] = {}
    child: ast.AST = node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, ast.If):
            branches[ancestor] = child in ancestor.body
        elif isinstance(ancestor, ast.IfExp):
            branches[ancestor] = child is ancestor.body
        elif isinstance(ancestor, ast.Match):
            branches[ancestor] = child
        child = ancestor
    return branches


def _leaves(scopes: ScopeTree, first: ast.AST, second: ast.AST) -> bool:
    """Return whether the block of ``first`` ends by leaving the function before ``second`` can run."""
    statement = scopes.statement(first)
    if not isinstance(scopes.siblings(statement)[-1], (ast.Return, ast.Raise)):
        return False
    block, other = scopes.block_of(statement), scopes.statement(second)
    around = (other, *(a for a in scopes.ancestors(other) if isinstance(a, ast.stmt)))
    return all(scopes.block_of(ancestor) != block for ancestor in around)
