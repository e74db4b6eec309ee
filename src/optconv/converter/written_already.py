"""What an earlier run has written in a file.

An object that another file builds is known as before while that file is not converted, so each of its members
is looked at again.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import islice

from optconv.converter.compose import CannotComposeError, Piece, compose
from optconv.converter.names import NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.mappings.expressions import Expression

_MOST_AROUND = 6  # nodes from a member to the whole of what a table writes around it


def is_written_around(
    scopes: ScopeTree, node: ast.AST, expression: Expression, pieces: Mapping[str, Piece]
) -> bool:
    """Return whether what is to be written in place of ``node`` stands around it already."""
    try:
        wanted = ast.unparse(ast.parse(compose(expression, pieces), mode="eval"))
    except (CannotComposeError, SyntaxError):
        return False
    around = islice(scopes.ancestors(node), _MOST_AROUND)
    return any(isinstance(part, ast.expr) and ast.unparse(part) == wanted for part in around)


def is_written_to(scopes: ScopeTree, names: NameResolver, entry: ast.expr, write: Expression) -> bool:
    """Return whether an entry is what a call of the target writes to: ``assign(entry, value)``."""
    call, form = scopes.parents[entry], write.tree
    if not isinstance(call, ast.Call) or not isinstance(form, ast.Call) or len(call.args) != len(form.args):
        return False
    place = next((i for i, a in enumerate(form.args) if isinstance(a, ast.Name) and a.id == "entry"), None)
    wanted = frozenset({ast.unparse(form.func)})
    return place is not None and call.args[place] is entry and names.meaning(call.func).names == wanted


def is_in_forward_pass(scopes: ScopeTree, names: NameResolver, node: ast.AST, gradients: str) -> bool:
    """Return whether a function around ``node`` is one that the target takes gradients of: ``gradients``."""
    wanted = frozenset({gradients.partition("(")[0]})
    around = {part.name for part in scopes.ancestors(node) if isinstance(part, ast.FunctionDef)}
    return any(
        isinstance(first, ast.Name) and first.id in around and names.meaning(call.func).names == wanted
        for call in scopes.calls
        for first in call.args[:1]
    )
