"""Turns planned constructions into edits: the calls, and what brings a scheduler to its optimizer."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

from optconv.converter.call_plan import PlannedArgument
from optconv.converter.combinations import OPTIMIZER_PARAMETER
from optconv.converter.compose import Piece, compose, piece_of
from optconv.converter.displayed_schedulers import build_in_front, stands_alone
from optconv.converter.edits import Render
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.rewrite import rewrite_call
from optconv.converter.schedulers import Attachment
from optconv.converter.source import Span
from optconv.mappings.schema import Attach

_PLACE = "_optconv_scheduler_"  # stands for the construction while the call around it is written


def emit_constructions(
    context: FileContext, spelling: Mapping[ast.expr, str], attachments: list[Attachment]
) -> None:
    """Add the edits for every converted construction of the file.

    Args:
        context: the file, with every construction planned.
        spelling: how the target API is written in place of each reference.
        attachments: how each scheduler comes to its optimizer.
    """
    for node in context.renamed:
        context.replace(node, spelling[node])
    attach = context.tables.attach
    passed = {
        attachment.neighbours.optimizer.node: attachment.neighbours.scheduler_name
        for attachment in attachments
        if attachment.neighbours is not None
    }
    for node, construction in context.constructions.items():
        if construction.instead is not None:
            kept = [context.source.span(part) for part in construction.kept]
            context.replace_statement(context.scopes.statement(node), construction.instead, kept)
        elif construction.plan.case is not None and not construction.absorbed:
            arguments = construction.plan.arguments
            if node in passed and attach is not None:
                arguments = _with_scheduler(arguments, attach, passed[node])
            if construction.plan.case.expression is not None:
                _emit_expression(context, construction, arguments[0])
                continue
            function = spelling.get(node.func) if node.func not in context.renamed else None
            _emit_call(context, construction, function, arguments)
    displayed: dict[ast.stmt, list[tuple[ast.Call, ast.expr]]] = defaultdict(list)
    for attachment in attachments:
        for statement in attachment.removed:
            context.remove_statement(statement)
        node = attachment.scheduler.node
        if attachment.neighbours is not None:
            attachment.scheduler.in_front = True
            _exchange(context, attachment.neighbours.optimizer_unit, attachment.neighbours.scheduler_unit)
        elif attach is None or attach.set is None:
            continue  # it was built around its optimizer
        elif not stands_alone(context.scopes.statement(node), node):
            displayed[context.scopes.statement(node)].append((node, attachment.optimizer))
        else:
            _set_afterwards(context, attachment, attach)
    for schedulers in displayed.values():
        assert attach is not None
        build_in_front(context, attach, schedulers)


def _with_scheduler(
    arguments: tuple[PlannedArgument, ...], attach: Attach, name: str
) -> tuple[PlannedArgument, ...]:
    """Pass the scheduler as the argument that would have been the rate."""
    for i, argument in enumerate(arguments):
        if argument.parameter == attach.argument:
            replaced = PlannedArgument(argument.keyword, name, argument.anchor)
            return (*arguments[:i], replaced, *arguments[i + 1 :])
    return (*arguments, PlannedArgument(attach.argument, name, None))


def _emit_call(
    context: FileContext,
    construction: Construction,
    function: str | None,
    arguments: tuple[PlannedArgument, ...],
) -> None:
    """Write a call anew. Without ``function``, what is called stays, with the edits inside it."""
    span = context.source.span(construction.node)
    called = context.span_with_parentheses(construction.node.func)
    newline = context.source.newline

    def make(render: Render) -> str:
        written = [argument.written(render) for argument in arguments]
        name = render(called) if function is None else function
        return rewrite_call(render(span), name, written, newline, context.column(span.start))

    context.edits.replace(span, make)


def _emit_expression(context: FileContext, construction: Construction, whole: PlannedArgument) -> None:
    """Write another expression in place of a construction; comments inside it go above the statement."""
    span = context.source.span(construction.node)
    statement = context.scopes.statement(construction.node)
    inside = [text for offset, text in context.comments if span.start <= offset < span.end]
    if inside:
        separator = context.statement_separator(statement)
        above = "".join(f"{text}{separator}" for text in inside)
        context.edits.insert(context.source.span(statement).start, above)
    context.edits.replace(span, lambda render: whole.written(render).text)


def _exchange(context: FileContext, first: Span, second: Span) -> None:
    """Let two statements with their comments change places; what stands between them stays."""
    between = context.source.text[first.end : second.start]

    def make(render: Render) -> str:
        return f"{render(second)}{between}{render(first)}"

    context.edits.replace(Span(first.start, second.end), make, takes_insertions=True)


def _set_afterwards(context: FileContext, attachment: Attachment, attach: Attach) -> None:
    """Hand the scheduler over in a statement behind its construction."""
    assert attach.set is not None
    node = attachment.scheduler.node
    statement = context.scopes.statement(node)
    optimizer = piece_of(context.source, attachment.optimizer)
    if isinstance(statement, ast.Expr):
        _wrap_in_place(context, node, attach, optimizer)
    elif isinstance(statement, ast.Return):
        _name_before_return(context, statement, node, attach, optimizer)
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        pieces = {OPTIMIZER_PARAMETER: optimizer, "scheduler": piece_of(context.source, target)}
        context.insert_behind(statement, compose(attach.set, pieces))


def _wrap_in_place(context: FileContext, node: ast.Call, attach: Attach, optimizer: Piece) -> None:
    """A scheduler that is built and not kept: build it inside the call that hands it over."""
    assert attach.set is not None
    whole = compose(attach.set, {OPTIMIZER_PARAMETER: optimizer, "scheduler": Piece(_PLACE)})
    before, _, behind = whole.partition(_PLACE)
    span = context.source.span(node)
    context.edits.insert(span.start, before)
    context.edits.insert(span.end, behind)


def _name_before_return(
    context: FileContext, statement: ast.Return, node: ast.Call, attach: Attach, optimizer: Piece
) -> None:
    """``return Scheduler(optimizer)``: give it a name, hand it over, return the name."""
    assert attach.set is not None
    name = context.free_local_name(statement, "lr_scheduler")
    call = context.source.span(node)
    span = context.source.span(statement)
    handed = compose(attach.set, {OPTIMIZER_PARAMETER: optimizer, "scheduler": Piece(name)})
    separator = context.statement_separator(statement)
    context.edits.replace(
        span, lambda render: f"{name} = {render(call)}{separator}{handed}{separator}return {name}"
    )
