"""Whether the models of a forward pass have a part in its loss each time."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from optconv.converter.file_context import FileContext
from optconv.converter.training_step.forward import Forward


def sometimes_in_the_loss(context: FileContext, forward: Forward) -> bool:
    """Return whether a model that the file asks for its parameters is called under a condition only."""
    nodes = [*forward.statements, forward.loss]
    called = {
        ast.unparse(part.func) for node in nodes for part in ast.walk(node) if isinstance(part, ast.Call)
    }
    return bool((called & context.model_names) - _always_called(nodes))


def _always_called(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Return what is called each time, in whichever branch."""
    found: frozenset[str] = frozenset()
    for node in nodes:
        if isinstance(node, ast.If):
            found |= _always_called([node.test]) | (_always_called(node.body) & _always_called(node.orelse))
        elif isinstance(node, ast.IfExp):
            branches = _always_called([node.body]) & _always_called([node.orelse])
            found |= _always_called([node.test]) | branches
        elif isinstance(node, ast.BoolOp):
            found |= _always_called(node.values[:1])
        elif not isinstance(node, ast.Try):
            found |= _always_called(ast.iter_child_nodes(node))
            found |= {ast.unparse(node.func)} if isinstance(node, ast.Call) else set()
    return found
