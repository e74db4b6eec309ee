"""Whether gradients of one function are left for the step of another one."""

from __future__ import annotations

import ast

from optconv.converter.file_context import FileContext
from optconv.converter.models import asked_models
from optconv.converter.training_step.callees import reached_functions
from optconv.converter.training_step.verbs import FunctionVerbs, Verb, end_of


def leaves_gradients(context: FileContext, function: FunctionVerbs, update: Verb) -> bool:
    """Return whether a function may compute gradients for an optimizer, and does not clear them behind that.

    Args:
        context: the file.
        function: the function.
        update: a step of the optimizer in another function.
    """
    backwards = function.of("gradients")
    if not backwards:
        return False
    last = end_of(backwards[-1].call)
    behind = [verb for verb in function.of("clears") if end_of(verb.call) > last]
    if any(verb.optimizers == update.optimizers for verb in behind):
        return False
    models = _models(context, update)
    return not models or bool(models & _mentioned(context, function.function))


def _models(context: FileContext, update: Verb) -> set[str]:
    """Return what the models of an optimizer are called; nothing where that cannot be seen."""
    if update.optimizer is None:
        return set()
    found: set[str] = set()
    for construction in context.built(context.kinds.values(update.optimizer).instances):
        given = construction.params
        models = {_last(model) for model in asked_models(context, given)} if given is not None else set()
        if not models or "" in models:
            return set()
        found |= models
    return found


def _mentioned(context: FileContext, function: ast.AST) -> set[str]:
    parts = (part for f in (function, *reached_functions(context, [function])) for part in ast.walk(f))
    return {_last(part) for part in parts if isinstance(part, (ast.Name, ast.Attribute))}


def _last(node: ast.expr) -> str:
    """Return the last name of ``self.model``."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
