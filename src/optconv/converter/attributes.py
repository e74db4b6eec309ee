"""Attributes of optimizers and schedulers that are read or written, and methods that are not called."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.converter.call_plan import Remark
from optconv.converter.compose import Piece, compose, piece_of
from optconv.converter.file_context import FileContext
from optconv.converter.object_values import Values
from optconv.converter.values import known_value
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Member, SourceMember

INDEX = "index"  # the place of an entry of a list, in the tables


def attribute_obstacle(
    context: FileContext, node: ast.Attribute, api: str, row: Member, values: Values
) -> Remark | None:
    """Return why a member cannot be converted, whatever it is called with."""
    if row.unconvertible is not None:
        fields: dict[str, str | Text] = {"api": api, "target": context.tables.target.title}
        return Remark("OC307", {**fields, "note": row.unconvertible})
    if row.training_step:  # its calls are part of a step that was planned
        return Remark("OC306", {"reason": message("attributes.not_called", member=node.attr)})
    if not isinstance(node.ctx, ast.Load) and not row.assignable:
        reason = row.unassignable or message("attributes.assigned_to", member=node.attr)
        return Remark("OC306", {"reason": reason})
    if row.of:
        cases = [construction.plan.case for construction in context.built(values.instances)]
        annotated = (context.row(i.api) for i in values.instances if i.construction is None)
        cases += [case for known in annotated for case in (known.cases if known is not None else (None,))]
        if not cases or any(case is None or case.to not in row.of for case in cases):
            receiver = context.source.of(node.value)
            return Remark("OC306", {"reason": message("attributes.other_class", receiver=receiver)})
    return None


def read_through(
    context: FileContext, node: ast.Attribute, api: str, row: Member, facts: Mapping[str, Any]
) -> bool:
    """Convert ``scheduler.optimizer.param_groups[0]["lr"]``, if it is a read of that kind."""
    groups = context.scopes.parents[node]
    if not row.through or not isinstance(groups, ast.Attribute) or groups.attr != row.through:
        return False
    group = item_of(context, groups, facts, row)
    entry = context.scopes.parents[group] if group is not None else None
    match entry:
        case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()) if entry.value is group:
            item = row.items.get(key)
        case _:
            return False
    if item is None or item.read is None:
        return False
    context.replace_composed(entry, item.read, {"self": piece_of(context.source, node.value)})
    context.settle(entry, api, list(context.planner.differences(item.differs, facts)))
    return True


def convert_attribute(
    context: FileContext,
    node: ast.Attribute,
    api: str,
    row: Member,
    member: SourceMember,
    facts: Mapping[str, Any],
) -> None:
    """Convert an attribute, or settle a method that is mentioned without being called."""
    case = row.cases[0]
    receiver = piece_of(context.source, node.value)
    if member.signatures or case.expression is None:
        same = case.to.rpartition(".")[2] == node.attr and not case.arguments
        remarks = []
        if not same:
            remarks.append(Remark("OC306", {"reason": message("attributes.not_called", member=node.attr)}))
        context.settle(node, api, remarks, converted=same)
        return
    item = item_of(context, node, facts, row)
    if item is not None and case.item is not None:
        context.replace_composed(item, case.item, {"self": receiver, "index": index_of(context, item)})
    elif compose(case.expression, {"self": receiver}) != context.source.of(node):
        context.replace_composed(node, case.expression, {"self": receiver})
    taken = item is not None and case.item is not None
    known = {**facts, "whole_list": not taken, "subscripted": item is not None}
    context.settle(node, api, list(context.planner.differences(case.differs, known)))


def item_of(
    context: FileContext, node: ast.expr, facts: Mapping[str, Any], row: Member
) -> ast.Subscript | None:
    """Return ``node[0]`` of a list with an entry for every group; any entry where all are the same.

    Where the target has an entry for every group, too, it may be any entry, but no slice.
    """
    parent = context.scopes.parents[node]
    if not (isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.ctx, ast.Load)):
        return None
    if any(case.item is not None and INDEX in case.item.names for case in row.cases):
        return None if isinstance(parent.slice, (ast.Slice, ast.Tuple)) else parent
    index = known_value(parent.slice, context.scopes)
    if index is UNKNOWN or type(index) is not int:
        return None
    return parent if index == 0 or facts["own_rates"] is False else None


def index_of(context: FileContext, item: ast.Subscript) -> Piece:
    """Return what stands for the place of an entry in the tables."""
    return piece_of(context.source, item.slice)
