"""What no gradient flows through: detached values, and blocks in which gradients are switched off."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span
from optconv.converter.training_step.forward import Forward
from optconv.converter.training_step.gradients import Step
from optconv.converter.training_step.layout import indentation_of, moved
from optconv.mappings.schema import TrainingStep


def write_constants(context: FileContext, template: TrainingStep, step: Step) -> bool:
    """Add the edits for what is constant in a step; return whether there is any."""
    forwards = [node for forward in step.forwards for node in (*forward.statements, forward.loss)]
    found = write_detached(context, template, step.function.function, forwards)
    for forward in step.forwards:
        for block in forward.constants:
            found = True
            _unwrap(context, template, forward, block)
    return found


def write_detached(
    context: FileContext, template: TrainingStep, function: ast.AST, forwards: Iterable[ast.AST]
) -> bool:
    """Write what is detached in a function, in forward passes and elsewhere; return whether anything is."""
    inside = {id(part) for node in forwards for part in ast.walk(node)}
    calls = _detached(context, function)
    for call in calls:
        _write_detached(context, template, call, inside)
    return bool(calls)


def _detached(context: FileContext, function: ast.AST) -> list[ast.Call]:
    """Return the calls such as ``x.detach()`` in the function of a step.

    Those of functions inside it stay: a model's own method, in a module, may run in the forward pass.
    """
    stops = context.tables.idioms.gradient_stops
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in stops
        and not (node.args or node.keywords)
        and not isinstance(
            context.scopes.parents[node], ast.Expr
        )  # a model's own method: its state is detached
        and ast.unparse(node.func.value) not in context.model_names
        and not context.names.meaning(node.func.value).names
        and (context.kinds.functions.function_around(node) or context.scopes.tree) is function
    ]


def _write_detached(context: FileContext, template: TrainingStep, call: ast.Call, inside: set[int]) -> None:
    """Write ``x.detach()``: outside of the forward passes no gradient flows through anything."""
    assert isinstance(call.func, ast.Attribute)
    value = context.source.span(call.func.value)
    statement = context.scopes.statement(call)
    is_itself = isinstance(statement, ast.Assign) and statement.value is call
    plain = id(call) not in inside and not is_itself

    def make(render: Render) -> str:
        if plain:
            return render(value)
        return spelled(context, template.constant.format(value=render(value)))

    context.edits.replace(context.source.span(call), make)


def _unwrap(context: FileContext, template: TrainingStep, forward: Forward, block: ast.With) -> None:
    """Put the body of a block in its place, and make constants of what it gives to the loss."""
    source = context.source
    outer, inner = indentation_of(source, block), indentation_of(source, block.body[0])
    header = source.line_end(source.span(block.items[-1].context_expr).end)
    end = source.line_end(source.span(block).end)
    whole = Span(source.line_start(block.lineno), end)
    body = Span(header + len(source.newline), end)  # with the comments above its first statement
    said = [text for offset, text in context.comments if whole.start <= offset < header]
    names = _given(forward, block)

    def make(render: Render) -> str:
        lines = [f"{outer}{text}" for text in said]
        lines.append(moved(render(body), inner, outer, source.newline))
        lines += [
            f"{outer}{name} = {spelled(context, template.constant.format(value=name))}" for name in names
        ]
        return source.newline.join(lines)

    context.edits.replace(whole, make)


def _given(forward: Forward, block: ast.With) -> list[str]:
    """Return the names that a block gives to the rest of the forward pass."""
    stored = [
        node.id
        for statement in block.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    inside = {id(node) for node in ast.walk(block)}
    read = {
        node.id
        for entry in (*forward.statements, forward.loss)
        for node in ast.walk(entry)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in inside
    }
    return [name for name in dict.fromkeys(stored) if name in read]


def spelled(context: FileContext, text: str) -> str:
    """Return a template's text with the target called as this file calls it."""
    alias, top = context.target_alias, context.tables.target.module
    return text.replace(f"{top}.", f"{alias}.") if alias else text
