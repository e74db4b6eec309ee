"""Converts calls of methods of optimizers and schedulers."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.converter.attributes import INDEX, index_of, item_of
from optconv.converter.before import cannot_precede, write_before
from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.call_plan import CallPlan
from optconv.converter.compose import Piece, piece_of
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.rewrite import rewrite_call
from optconv.converter.schedule_facts import have_fractions
from optconv.converter.source import Span
from optconv.converter.tree_index import arguments_of
from optconv.converter.update_counts import in_step, means_the_same
from optconv.mappings import message
from optconv.mappings.schema import Case, Member, SourceMember

_OPTIMIZER = "optimizer"  # what the tables call the optimizer of a scheduler,
_IN_STEP = "in_step"  # and that its count of updates belongs to the same step as the scheduler


def convert_member_call(
    context: FileContext,
    node: ast.Attribute,
    call: ast.Call,
    api: str,
    row: Member,
    member: SourceMember,
    facts: Mapping[str, Any],
) -> None:
    """Write the call of a method for the target, or decline it.

    Args:
        context: the file.
        node: the method.
        call: its call.
        api: its name, for diagnostics.
        row: how it is written in the target.
        member: what it is in the source.
        facts: values of the reserved names of conditions.
    """
    try:
        bound = bind(call, member.signatures)
    except CannotBindError as error:
        context.decline(call, api, "OC204", reason=error.reason)
        return
    pieces = {"self": piece_of(context.source, node.value)}
    if _OPTIMIZER in {name for case in row.cases if case.expression for name in case.expression.names}:
        held = _optimizer_of(context, call, node.value)
        if held is None:
            context.decline(call, api, "OC306", reason=message("member_calls.optimizer_unseen"))
            return
        pieces[_OPTIMIZER], facts = Piece(context.source.of(held[1])), {**facts, _IN_STEP: held[2]}
    item = item_of(context, call, facts, row)
    parent = context.scopes.parents[call]
    entry = row.cases[0].item
    if item is None and entry is not None and INDEX not in entry.names and isinstance(parent, ast.Subscript):
        context.decline(call, api, "OC306", reason=message("member_calls.reads_one_of_several"))
        return
    facts = {
        **facts,
        "whole_list": item is None,
        "subscripted": isinstance(parent, ast.Subscript) and parent.value is call,
        "optimizer_restored": context.optimizer_restored,
        "fraction": have_fractions(context, call.args),
    }
    plan = context.planner.plan(bound, row.cases, facts, pieces)
    case = plan.case if plan.case is not None and plan.case.expression is None else None
    problem = cannot_precede(context, node, bound, case) if case is not None else None
    if problem is not None:
        context.decline(call, api, "OC306", reason=problem)
        return
    _write(context, node, bound, plan, pieces, item)
    context.settle(call, api, plan.remarks, converted=not plan.declined)


def _write(
    context: FileContext,
    node: ast.Attribute,
    bound: BoundCall,
    plan: CallPlan,
    pieces: Mapping[str, Piece],
    item: ast.Subscript | None,
) -> None:
    """Write what is planned, if anything is."""
    case = plan.case
    if case is None:
        return
    if case.expression is not None:
        _write_expression(context, bound.node, plan, pieces, item)
        return
    if case.before is not None:  # first: of two edits of the same text the first is the outer one
        write_before(context, bound.node, bound, case.before)
    _write_call(context, node, bound.node, plan, case)


def _optimizer_of(
    context: FileContext, call: ast.Call, scheduler: ast.expr
) -> tuple[ast.Call, ast.expr, Any] | None:
    """Return the optimizer of a schedule over its updates: its construction, its name, and `in_step`."""
    built = context.built(context.kinds.values(scheduler).instances)
    counted = built[0].counted if len(built) == 1 else None
    if counted is None or not means_the_same(context, counted[1], call):
        return None
    return *counted, in_step(context, call, built[0].node, counted[0])


def _write_expression(
    context: FileContext,
    call: ast.Call,
    plan: CallPlan,
    pieces: Mapping[str, Piece],
    item: ast.Subscript | None,
) -> None:
    """Write another expression in place of the call."""
    case = plan.case
    assert case is not None
    assert case.expression is not None
    if item is not None and case.item is not None:
        context.replace_composed(item, case.item, {**pieces, "index": index_of(context, item)})
    else:
        context.replace_composed(call, case.expression, pieces)


def _write_call(
    context: FileContext, node: ast.Attribute, call: ast.Call, plan: CallPlan, case: Case
) -> None:
    name = case.to.rpartition(".")[2]
    target = context.tables.target_api(case.to)
    names = target.signature.names if target else ()
    arguments = arguments_of(call)
    same = len(plan.arguments) == len(arguments) and all(
        planned.verbatim
        and planned.anchor == i
        and (_keyword_of(call, arguments[i]) == planned.keyword or names[i : i + 1] == (planned.keyword,))
        for i, planned in enumerate(plan.arguments)
    )
    whole = context.source.span(call)
    end = context.source.span(node).end
    attribute = Span(end - len(node.attr), end)
    if same:
        if name != node.attr:
            context.edits.replace(attribute, name)
        return
    if not arguments and context.source.text[end : whole.end].replace(" ", "") == "()":
        added = ", ".join(f"{a.keyword}={a.text}" for a in plan.arguments)
        context.edits.replace(Span(attribute.start, whole.end), f"{name}({added})")
        return
    before = Span(whole.start, attribute.start)  # the object with its parentheses, and the dot

    def make(render: Render) -> str:
        written = [argument.written(render) for argument in plan.arguments]
        return rewrite_call(
            render(whole),
            f"{render(before)}{name}",
            written,
            context.source.newline,
            context.column(whole.start),
        )

    context.edits.replace(whole, make)


def _keyword_of(call: ast.Call, value: ast.expr) -> str | None:
    return next((keyword.arg for keyword in call.keywords if keyword.value is value), None)
