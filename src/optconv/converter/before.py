"""Puts what a method evaluated itself into a statement of its own in front of the call.

``loss = optimizer.step(closure)`` becomes ``loss = closure()`` and ``optimizer.step()``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from optconv.converter.binding import BoundCall
from optconv.converter.compose import CannotComposeError, Piece, compose, piece_of, render_pieces
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span
from optconv.converter.values import is_pure
from optconv.mappings import Text, message
from optconv.mappings.expressions import Expression
from optconv.mappings.schema import Case

_RESULT = "loss"  # what a result is called that has no name yet


def cannot_precede(
    context: FileContext, node: ast.Attribute, bound: BoundCall, case: Case
) -> str | Text | None:
    """Return why what the case evaluates in front of the call cannot be put there."""
    call = bound.node
    if case.before is None:
        return None
    if _is_without_gradients(context, call):
        return message("before.gradients_off", before=case.before.text)
    try:
        compose(case.before, _pieces(context, bound))
    except CannotComposeError as error:
        return context.planner.cannot_compose(error).fields["reason"]
    if is_pure(node.value) and _has_place(context, node, call):
        return None
    return message("before.no_place", before=case.before.text)


def _pieces(context: FileContext, bound: BoundCall) -> Mapping[str, Piece]:
    return {name: piece_of(context.source, argument.node) for name, argument in bound.arguments.items()}


def _has_place(context: FileContext, node: ast.Attribute, call: ast.Call) -> bool:
    """Return whether the call is all that its statement computes."""
    statement = context.scopes.statement(call)
    if not isinstance(statement, (ast.Expr, ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return False
    if statement.value is not call:
        return False
    if isinstance(statement, (ast.Expr, ast.Return)):
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    stored = {ast.unparse(part) for target in targets for part in ast.walk(target) if _is_stored(part)}
    read = {ast.unparse(part) for part in ast.walk(node.value) if isinstance(part, ast.expr)}
    return all(is_pure(target) for target in targets) and not stored & read


def _is_stored(part: ast.AST) -> bool:
    return isinstance(getattr(part, "ctx", None), ast.Store)


def _is_without_gradients(context: FileContext, call: ast.Call) -> bool:
    """Return whether a context or a decorator around the call switches gradients off."""
    switches = context.tables.idioms.gradient_switches
    around: list[ast.expr] = []
    for ancestor in context.scopes.ancestors(call):
        if isinstance(ancestor, (ast.With, ast.AsyncWith)):
            around += [item.context_expr for item in ancestor.items]
        elif isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around += ancestor.decorator_list
    names = {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for expression in around
        for part in ast.walk(expression)
        if isinstance(part, (ast.Attribute, ast.Name))
    }
    return bool(names & switches)


def write_before(context: FileContext, call: ast.Call, bound: BoundCall, before: Expression) -> None:
    """Write the expression in front of the call, as the value that the call had."""
    source = context.source
    statement = context.scopes.statement(call)
    span, whole = source.span(statement), source.span(call)
    separator = context.statement_separator(statement)
    pieces = _pieces(context, bound)
    name = context.free_name(_RESULT) if isinstance(statement, ast.Return) else ""
    start = context.span_with_parentheses(call).start

    def make(render: Render) -> str:
        value = compose(before, render_pieces(pieces, source, render))
        first = f"{name} = {value}" if name else f"{render(Span(span.start, start))}{value}"
        last = f"{separator}return {name}" if name else ""
        return f"{first}{separator}{render(whole)}{last}"

    context.replace_statement(statement, make, kept=[Span(span.start, start), whole])
