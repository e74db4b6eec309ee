"""Objects that are certainly neither optimizers nor schedulers: models, objects of the file's classes."""

from __future__ import annotations

import ast

from optconv.converter.file_context import FileContext
from optconv.mappings.schema import SourceApi


def is_other_object(context: FileContext, node: ast.Attribute) -> bool:
    """Return whether the object is a model, a converted scheduler, or brings its own method of that name."""
    receiver = node.value
    own_class = context.kinds.functions.class_of(receiver)
    if own_class is not None:
        return any(isinstance(s, ast.FunctionDef) and s.name == node.attr for s in own_class.body) or bool(
            own_class.bases
        )
    return (
        _is_used_as_model(context, receiver)
        or is_built_by_source(context, receiver)
        or _is_converted_scheduler(context, node)
    )


def _is_used_as_model(context: FileContext, receiver: ast.expr) -> bool:
    """A model is called, and asked for its parameters; an optimizer is neither."""
    return ast.unparse(receiver) in context.model_names


def is_built_by_source(context: FileContext, receiver: ast.expr) -> bool:
    """Return whether every value of a name or attribute is built by a call of the source framework.

    ``fc = torch.nn.Linear(…)`` is; so is ``self.scaler = torch.cuda.amp.GradScaler()``.
    """
    values = context.kinds.functions.assigned(receiver)
    return bool(values) and all(
        isinstance(value, ast.Call) and is_foreign_source_call(context, value) for value in values
    )


def _is_converted_scheduler(context: FileContext, node: ast.Attribute) -> bool:
    """Return whether ``node`` is right for its scheduler, which an earlier run has converted."""
    if node.attr not in context.tables.same_scheduler_members:
        return False
    values = context.kinds.functions.assigned(node.value)
    calls = [value for value in values if isinstance(value, ast.Call)]
    names = [context.names.meaning(call.func).names for call in calls]
    return (
        bool(values)
        and len(calls) == len(values)
        and all(n and n <= context.tables.scheduler_classes for n in names)
    )


def is_foreign_source_call(context: FileContext, call: ast.Call) -> bool:
    """Return whether a call is one of the source framework's, but of no API that the tables know."""
    names = context.names.meaning(call.func).names
    top = context.tables.source_module
    return bool(names) and all(
        (name == top or name.startswith(f"{top}.")) and _is_foreign(context.tables.source_api(name))
        for name in names
    )


def _is_foreign(api: SourceApi | None) -> bool:
    return api is None or api.kind == "checkpoint"  # what writes and reads files builds none of ours
