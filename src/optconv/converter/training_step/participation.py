"""Whether the models of a forward pass have a part in its loss each time."""

from __future__ import annotations

import ast

from optconv.converter.file_context import FileContext
from optconv.converter.training_step.forward import Forward

_CONDITIONAL = (ast.If, ast.IfExp, ast.Try, ast.BoolOp)


def sometimes_in_the_loss(context: FileContext, forward: Forward) -> bool:
    """Return whether a model that the file asks for its parameters is called under a condition only."""
    always: set[str] = set()
    sometimes: set[str] = set()
    stack: list[tuple[ast.AST, bool]] = [(node, False) for node in (*forward.statements, forward.loss)]
    while stack:
        node, conditional = stack.pop()
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in context.model_names:
                (sometimes if conditional else always).add(name)
        inside = conditional or isinstance(node, _CONDITIONAL)
        stack += [(child, inside) for child in ast.iter_child_nodes(node)]
    return bool(sometimes - always)
