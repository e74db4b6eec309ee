"""Objects that are certainly neither optimizers nor schedulers: models, objects of the file's classes."""

from __future__ import annotations

import ast
from collections.abc import Callable

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
        or _reads_converted_rate(context, node)
    )


def _is_used_as_model(context: FileContext, receiver: ast.expr) -> bool:
    """A model is called, and asked for its parameters; an optimizer is neither."""
    return ast.unparse(receiver) in context.model_names


def is_built_by_source(context: FileContext, receiver: ast.expr) -> bool:
    """Return whether every value of a name or attribute is built by a call of the source framework.

    ``fc = torch.nn.Linear(…)`` is; so is ``self.scaler = torch.cuda.amp.GradScaler()``.
    """
    return _is_built_by(context, receiver, lambda call: is_foreign_source_call(context, call))


def _is_converted_scheduler(context: FileContext, node: ast.Attribute) -> bool:
    """Return whether ``node`` is right for its scheduler, which an earlier run has converted."""
    return node.attr in context.tables.same_scheduler_members and _is_built_by(
        context, node.value, lambda call: _is_of_target(context, call, "scheduler")
    )


def _reads_converted_rate(context: FileContext, node: ast.Attribute) -> bool:
    """Return whether ``node`` reads the rate of an optimizer as the conversion of a scheduler writes it."""
    return node.attr in context.tables.rate_readers and _is_built_by(
        context, node.value, lambda call: _is_of_target(context, call, "optimizer")
    )


def _is_built_by(context: FileContext, receiver: ast.expr, holds: Callable[[ast.Call], bool]) -> bool:
    """Return whether every value of a name or attribute is a call for which ``holds`` is true."""
    values = context.kinds.functions.assigned(receiver)
    return bool(values) and all(isinstance(value, ast.Call) and holds(value) for value in values)


def _is_of_target(context: FileContext, call: ast.Call, kind: str) -> bool:
    names, tables = context.names.meaning(call.func).names, context.tables
    # The module first: the classes are known only when the rows of all of the kind were read.
    return (
        bool(names)
        and all(name.partition(".")[0] in tables.target_modules for name in names)
        and names <= tables.target_classes(kind)
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
