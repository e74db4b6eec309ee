"""Schedulers that are built inside a tuple, a list, a dictionary or a call.

Where a scheduler is handed to its optimizer in a statement of its own, such a scheduler gets a name in front
of the statement: ``return [optimizer], [StepLR(optimizer, 10)]``. What the statement evaluates before must
not notice, and nothing is taken out of a condition, a lambda or a comprehension.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from optconv.converter.combinations import OPTIMIZER_PARAMETER
from optconv.converter.compose import Piece, compose
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.source import Span
from optconv.converter.tree_index import arguments_of, position_of
from optconv.converter.values import is_harmless
from optconv.mappings.schema import Attach

_NAME = "lr_scheduler"
_WITH_VALUE = (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)
_HOLDERS = (ast.Tuple, ast.List, ast.Dict, ast.Call, ast.keyword)


def stands_alone(statement: ast.stmt, node: ast.Call) -> bool:
    """Return whether a statement does nothing else with a scheduler than keep it, return it or drop it."""
    if isinstance(statement, ast.Assign) and not isinstance(statement.targets[0], (ast.Name, ast.Attribute)):
        return False
    return isinstance(statement, _WITH_VALUE) and statement.value is node


def is_displayed(context: FileContext, node: ast.Call) -> bool:
    """Return whether a scheduler can be built in front of the statement that it is a part of."""
    statement = context.scopes.statement(node)
    if not isinstance(statement, _WITH_VALUE):
        return False
    child: ast.AST = node
    while child is not statement.value:
        holder = context.scopes.parents[child]
        if not isinstance(holder, _HOLDERS) or (isinstance(holder, ast.Call) and child is holder.func):
            return False
        before = (p for p in ast.iter_child_nodes(holder) if _is_evaluated_before(p, child))
        if not all(_does_not_notice(context, part) for part in before if isinstance(part, ast.AST)):
            return False
        child = holder
    return True


def _is_evaluated_before(part: ast.AST, child: ast.AST) -> bool:
    """Return whether a part of a display or a call is evaluated before another one.

    ``f(a=b(), *c())`` unpacks what ``c`` gives first.
    """
    unpacked = isinstance(part, ast.Starred) and isinstance(child, ast.keyword)
    return unpacked or (part is not child and position_of(part) < position_of(child))


def _does_not_notice(context: FileContext, part: ast.AST) -> bool:
    """Return whether something may be evaluated behind the scheduler instead of before it."""
    if isinstance(part, ast.keyword):
        return _does_not_notice(context, part.value)
    if isinstance(part, ast.Call):
        api = context.kinds.api_of(part.func)
        given = arguments_of(part)
        if api is not None and api.kind == "scheduler":  # it goes in front as well, or stays and fails
            return all(_does_not_notice(context, argument) for argument in given)
    if isinstance(part, (ast.Tuple, ast.List)):
        return all(_does_not_notice(context, entry) for entry in part.elts)
    if isinstance(part, ast.Dict):
        return all(_does_not_notice(context, p) for p in (*part.keys, *part.values) if p is not None)
    return not isinstance(part, ast.expr) or is_harmless(part)


def build_in_front(
    context: FileContext, attach: Attach, schedulers: Sequence[tuple[ast.Call, ast.expr]]
) -> None:
    """Build schedulers in front of the statement that they are parts of, and hand each to its optimizer.

    Args:
        context: the file.
        attach: how a scheduler is handed over.
        schedulers: the constructions of one statement, each with its optimizer.
    """
    assert attach.set is not None
    source = context.source
    statement = context.scopes.statement(schedulers[0][0])
    whole, separator = source.span(statement), context.statement_separator(statement)
    named = [
        (source.span(call), context.free_local_name(statement, _NAME), optimizer)
        for call, optimizer in sorted(schedulers, key=lambda entry: position_of(entry[0]))
    ]
    setting = attach.set

    def make(render: Render) -> str:
        lines, text, end = [], "", whole.start
        for call, name, optimizer in named:
            pieces = {OPTIMIZER_PARAMETER: Piece(source.of(optimizer)), "scheduler": Piece(name)}
            lines += [f"{name} = {render(call)}", compose(setting, pieces)]
            text += render(Span(end, call.start)) + name
            end = call.end
        return separator.join([*lines, text + render(Span(end, whole.end))])

    context.edits.replace(whole, make)
