"""Converts reads and writes of the learning rate through an optimizer's parameter groups.

``optimizer.param_groups[0]["lr"]``, a write to it, and a loop over the groups whose body is one such
statement have a counterpart; every other use of the groups is declined with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, TypeGuard

from optconv.converter.call_plan import Remark
from optconv.converter.compose import Piece, compose, render_pieces
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.values import is_literal, is_pure
from optconv.mappings import Text
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import GroupItem, Member

_OTHER_USE = Text(
    "the target has no list of parameter groups; only their learning rate can be read and written",
    "目标框架没有参数组列表；只能转换对其学习率的读写",
)
_OTHER_KEY = Text(
    "the entry `{key}` of a parameter group cannot be read or written in the target",
    "目标框架无法读写参数组的 `{key}` 项",
)
_LOOP_BODY = Text(
    "the loop over the parameter groups does more than read or write their learning rate in one statement",
    "遍历参数组的循环不只是用一条语句读写学习率",
)
_COMPUTED_FOR_EACH = Text(
    "the value is computed for every parameter group, and computing it once instead may matter",
    "该值对每个参数组各计算一次，改为只计算一次可能会有影响",
)
_SINGLE = Text("`len(param_groups) == 1`", "`len(param_groups) == 1`")
_ONE_GROUP = Text(
    "the target sets the learning rate of all groups together",
    "目标框架会一起设置所有参数组的学习率",
)
_ONE_OF_SEVERAL = Text(
    "it writes the learning rate of one parameter group among several, and the target sets them together",
    "它只写多个参数组中某一组的学习率，而目标框架会一起设置",
)
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Pow: "**",
}


_CONSUMING = ("next", "pop", "popleft", "send", "get", "step", "read")
_TIGHT = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript)


def convert_group_access(
    context: FileContext, node: ast.Attribute, api: str, row: Member, facts: Mapping[str, Any]
) -> None:
    """Convert or decline one ``<optimizer>.param_groups``."""
    parent = context.scopes.parents[node]
    if isinstance(parent, ast.Subscript) and parent.value is node:
        entry = context.scopes.parents[parent]
        if isinstance(entry, ast.Subscript) and entry.value is parent and is_literal(parent.slice):
            _convert_entry(context, node, entry, api, row, facts)
            return
    if isinstance(parent, ast.For) and parent.iter is node and isinstance(parent.target, ast.Name):
        _convert_loop(context, node, parent, parent.target, api, row, facts)
        return
    context.decline(node, api, "OC306", reason=_OTHER_USE)


def _item(context: FileContext, node: ast.Subscript, api: str, row: Member, at: ast.expr) -> GroupItem | None:
    """Return the rule of the key that ``node`` reads or writes; decline when there is none."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    item = row.items.get(key) if isinstance(key, str) else None
    if item is None:
        context.decline(at, api, "OC306", reason=_OTHER_KEY.format(key=context.source.of(node.slice)))
    return item


def _receiver(context: FileContext, node: ast.Attribute) -> Piece:
    return Piece(context.source.of(node.value), node.value)


def _convert_entry(
    context: FileContext,
    node: ast.Attribute,
    entry: ast.Subscript,
    api: str,
    row: Member,
    facts: Mapping[str, Any],
) -> None:
    """``optimizer.param_groups[0]["lr"]``, read or written."""
    item = _item(context, entry, api, row, node)
    if item is None:
        return
    statement = context.scopes.parents[entry]
    if isinstance(entry.ctx, ast.Load) and item.read is not None and is_pure(node.value):
        context.replace_composed(entry, item.read, {"self": _receiver(context, node)})
        context.settle(node, api, context.planner.differences(item.differs, facts))
    elif not isinstance(statement, ast.stmt) or not _is_plain_write(statement, entry, item, node):
        context.decline(node, api, "OC306", reason=_OTHER_USE)
    elif (refusal := _refusal(item, facts, statement)) is not None:
        context.decline(node, api, "OC306", reason=refusal)
    elif facts["single_group"] is False:
        context.decline(node, api, "OC306", reason=_ONE_OF_SEVERAL)
    else:
        unsure = Remark("OC202", {"condition": _SINGLE, "note": _ONE_GROUP})
        _write(context, statement, statement, item, node)
        context.settle(node, api, [unsure] if facts["single_group"] is UNKNOWN else [])


def _is_plain_write(
    statement: ast.stmt, entry: ast.Subscript, item: GroupItem, node: ast.Attribute
) -> TypeGuard[ast.Assign | ast.AugAssign]:
    """Return whether the statement does nothing but write the entry, in a way the target can."""
    if item.write is None or item.read is None or not is_pure(node.value):
        return False
    if isinstance(statement, ast.Assign):
        return statement.targets == [entry]
    return (
        isinstance(statement, ast.AugAssign)
        and statement.target is entry
        and type(statement.op) in _OPERATORS
    )


def _refusal(item: GroupItem, facts: Mapping[str, Any], statement: ast.stmt) -> Text | None:
    """Return why the entry cannot be written here."""
    refusals = [*item.refuse_write]
    if not (isinstance(statement, ast.AugAssign) and isinstance(statement.op, (ast.Mult, ast.Div))):
        refusals += item.refuse_absolute  # scaling keeps the ratios between the groups
    return next((r.note for r in refusals if r.when is None or r.when.holds(facts) is True), None)


def _write(
    context: FileContext,
    replaced: ast.stmt,
    statement: ast.Assign | ast.AugAssign,
    item: GroupItem,
    node: ast.Attribute,
) -> None:
    """Write the entry the target's way, in place of ``replaced`` (the statement, or the loop around it)."""
    value_span = context.source.span(statement.value)

    def make(render: Render) -> str:
        receiver = render_pieces({"self": _receiver(context, node)}, context.source, render)
        value = render(value_span)
        if isinstance(statement, ast.AugAssign):
            assert item.read is not None
            operand = value if isinstance(statement.value, _TIGHT) else f"({value})"
            value = f"{compose(item.read, receiver)} {_OPERATORS[type(statement.op)]} {operand}"
        assert item.write is not None
        return compose(item.write, {**receiver, "value": Piece(value)})

    context.replace_statement(replaced, make, kept=[value_span])


def _convert_loop(
    context: FileContext,
    node: ast.Attribute,
    loop: ast.For,
    group: ast.Name,
    api: str,
    row: Member,
    facts: Mapping[str, Any],
) -> None:
    """``for group in optimizer.param_groups: group["lr"] = …`` becomes one statement."""
    uses = [n for n in ast.walk(loop) if isinstance(n, ast.Name) and n.id == group.id and n is not group]
    entries = [context.scopes.parents[use] for use in uses]
    whole = len(loop.body) == 1 and not loop.orelse and not _is_used_behind(context, loop, group)
    if not whole or not entries or not is_pure(node.value):
        context.decline(node, api, "OC306", reason=_LOOP_BODY)
        return
    subscripts = [
        e for e, use in zip(entries, uses, strict=True) if isinstance(e, ast.Subscript) and e.value is use
    ]
    if len(subscripts) < len(entries):
        context.decline(node, api, "OC306", reason=_LOOP_BODY)
        return
    items = [_item(context, entry, api, row, node) for entry in subscripts[:1]]
    if items[0] is None:
        return
    keys = {context.source.of(entry.slice) for entry in subscripts}
    _convert_body(context, node, loop, subscripts, items[0], api, facts, one_key=len(keys) == 1)


def _convert_body(
    context: FileContext,
    node: ast.Attribute,
    loop: ast.For,
    entries: list[ast.Subscript],
    item: GroupItem,
    api: str,
    facts: Mapping[str, Any],
    *,
    one_key: bool,
) -> None:
    """Put the one statement of the loop in the place of the loop, if it does the same once."""
    body = loop.body[0]
    writes = [entry for entry in entries if not isinstance(entry.ctx, ast.Load)]
    refusal: Text | None = None
    remarks = list(context.planner.differences(item.differs, facts))
    if writes:
        if not one_key or len(writes) > 1 or not _is_plain_write(body, writes[0], item, node):
            refusal = _LOOP_BODY
        else:
            refusal = _refusal(item, facts, body)
            scales = isinstance(body, ast.AugAssign) and isinstance(body.op, (ast.Mult, ast.Div))
            remarks = [] if scales else remarks
            if facts["single_group"] is not True and not _is_repeatable(body.value):
                refusal = refusal or _COMPUTED_FOR_EACH
    elif not one_key or item.read is None or not _can_run_once(body, single=facts["single_group"] is True):
        refusal = _LOOP_BODY
    if refusal is not None:
        context.decline(node, api, "OC306", reason=refusal)
        return
    for entry in entries:
        if isinstance(entry.ctx, ast.Load) and item.read is not None:
            context.replace_composed(entry, item.read, {"self": _receiver(context, node)})
    if writes and isinstance(body, (ast.Assign, ast.AugAssign)):
        _write(context, loop, body, item, node)
    else:
        span = context.source.span(body)
        context.replace_statement(loop, lambda render: render(span), kept=[span])
    context.settle(node, api, remarks)


def _can_run_once(body: ast.stmt, *, single: bool) -> bool:
    """Return whether running the statement once does what running it for every group does."""
    if isinstance(body, ast.Return):
        return True
    if isinstance(body, ast.Assign):
        return single or (len(body.targets) == 1 and isinstance(body.targets[0], ast.Name))
    return single and isinstance(body, (ast.AugAssign, ast.Expr))


def _is_repeatable(value: ast.expr) -> bool:
    """Return whether it cannot matter how often the value is computed; ``next(…)`` and ``pop`` matter."""
    return not any(
        isinstance(part, ast.Call)
        and (part.func.id if isinstance(part.func, ast.Name) else getattr(part.func, "attr", "next"))
        in _CONSUMING
        for part in ast.walk(value)
    )


def _is_used_behind(context: FileContext, loop: ast.For, group: ast.Name) -> bool:
    """Return whether the loop variable is read outside the loop."""
    inside = {id(part) for part in ast.walk(loop)}
    scope = context.scopes.lookup(group.id, group)
    for name in context.scopes.names:
        if name.id == group.id and id(name) not in inside and context.scopes.lookup(name.id, name) is scope:
            reached = context.scopes.reaching(name.id, name)
            if any(binding.node is group for binding in reached):
                return True
    return False
