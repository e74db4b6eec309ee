"""Converts reads and writes of the learning rate through an optimizer's parameter groups.

A single entry (``optimizer.param_groups[0]["lr"]``), a group with a name of its own, loops and
comprehensions over the groups and their number have counterparts; every other use of the groups is declined
with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.converter.call_plan import Remark
from optconv.converter.file_context import FileContext
from optconv.converter.group_items import (
    SINGLE,
    Access,
    GroupUseError,
    Plan,
    item_of,
    plan_read,
    plan_write,
    write_of,
)
from optconv.converter.group_lists import plan_comprehension
from optconv.converter.group_loops import plan_loop
from optconv.converter.group_names import plan_named_group
from optconv.converter.kept_groups import plan_kept_groups
from optconv.converter.values import is_pure, known_value
from optconv.mappings import message
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Member


def convert_group_access(
    context: FileContext, node: ast.Attribute, api: str, row: Member, facts: Mapping[str, Any]
) -> None:
    """Convert or decline one ``<optimizer>.param_groups``."""
    if node.attr in context.tables.kept_groups:
        plan_kept_groups(context, node, api, row)
        return
    access = Access(context, node, api, row, facts)
    try:
        plan = _plan(access)
    except GroupUseError as error:
        context.decline(node, api, "OC306", reason=error.reason)
        return
    for edit in plan.edits:
        edit()
    context.settle(node, api, plan.remarks)


def _plan(access: Access) -> Plan:
    """Plan the use by what stands around it."""
    parents, node = access.context.scopes.parents, access.node
    parent = parents[node]
    match parent:
        case ast.Subscript(value=value) if value is node and not isinstance(parent.slice, ast.Slice):
            return _plan_group(access, parent)
        case ast.Call(func=ast.Name(id="len"), args=[_], keywords=[]):
            return _plan_count(access, parent)
        case ast.Call(func=ast.Name(id="enumerate"), args=[_], keywords=[]):
            if isinstance(loop := parents[parent], ast.For) and loop.iter is parent:
                return plan_loop(access, loop)
        case ast.For(iter=iterable) if iterable is node:
            return plan_loop(access, parent)
        case ast.comprehension(iter=iterable) if iterable is node:
            return plan_comprehension(access, parent)
    raise GroupUseError(message("group_items.other_use"))


def _plan_count(access: Access, call: ast.Call) -> Plan:
    """``len(optimizer.param_groups)``."""
    ratios = access.facts["ratios"]
    if not isinstance(ratios, tuple) or not is_pure(access.node.value):
        raise GroupUseError(message("group_items.count_unknown"))
    plan = Plan()
    plan.edits.append(lambda: access.context.replace(call, str(len(ratios))))
    return plan


def _plan_group(access: Access, group: ast.Subscript) -> Plan:
    """``optimizer.param_groups[0]``: with an entry of it read or written, or given a name."""
    context = access.context
    index = known_value(group.slice, context.scopes)
    which = index if isinstance(index, int) and not isinstance(index, bool) else None
    parent = context.scopes.parents[group]
    if which is None and (access.facts["own_rates"] is not False or not is_pure(group.slice)):
        raise GroupUseError(message("group_items.other_use"))  # which group it is matters
    if isinstance(parent, ast.Subscript) and parent.value is group:
        plan = Plan()
        _plan_entry(access, plan, parent, which)
        return plan
    if isinstance(parent, ast.Assign) and which is not None:
        return plan_named_group(access, parent, lambda plan, entry: _plan_entry(access, plan, entry, which))
    raise GroupUseError(message("group_items.other_use"))


def _plan_entry(access: Access, plan: Plan, entry: ast.Subscript, which: int | None) -> None:
    """``optimizer.param_groups[0]["lr"]``, read or written."""
    if isinstance(entry.ctx, ast.Load):
        plan_read(access, plan, entry, which, silent=False)
        return
    statement = write_of(access, entry)
    if access.facts["single_group"] is False:
        refusal = item_of(access, entry).refuse_single
        raise GroupUseError(refusal or message("group_access.writes_one_of_several"))
    plan_write(access, plan, entry, statement)
    if access.facts["single_group"] is UNKNOWN:
        plan.say([Remark("OC202", {"condition": SINGLE, "note": message("group_access.sets_all_together")})])
