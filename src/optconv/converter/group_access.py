"""Converts reads and writes of the learning rate through an optimizer's parameter groups.

``optimizer.param_groups[0]["lr"]``, a write to it, and a loop over the groups whose body is one such
statement have a counterpart; every other use of the groups is declined with its reason.
"""

from __future__ import annotations

import ast
from typing import Any

from optconv.converter.call_plan import Remark
from optconv.converter.compose import Piece, compose
from optconv.converter.file_context import FileContext
from optconv.converter.values import is_pure
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


def convert_group_access(
    context: FileContext, node: ast.Attribute, api: str, row: Member, facts: dict[str, Any]
) -> None:
    """Convert or decline one ``<optimizer>.param_groups``."""
    parent = context.scopes.parents[node]
    if isinstance(parent, ast.Subscript) and parent.value is node:
        entry = context.scopes.parents[parent]
        if (
            isinstance(entry, ast.Subscript)
            and entry.value is parent
            and isinstance(parent.slice, ast.Constant)
        ):
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
    facts: dict[str, Any],
) -> None:
    """``optimizer.param_groups[0]["lr"]``, read or written."""
    item = _item(context, entry, api, row, node)
    if item is None:
        return
    remarks = list(context.planner.differences(item.differs, facts))
    if isinstance(entry.ctx, ast.Load) and item.read is not None and is_pure(node.value):
        context.replace(entry, compose(item.read, {"self": _receiver(context, node)}))
        context.settle(node, api, remarks)
        return
    statement = context.scopes.parents[entry]
    written = _written(context, node, statement, entry, item)
    refusal = _refusal(item, facts)
    if written is None or refusal is not None:
        context.decline(node, api, "OC306", reason=refusal or _OTHER_USE)
    elif facts["single_group"] is False:
        context.decline(node, api, "OC306", reason=_ONE_OF_SEVERAL)
    else:
        if facts["single_group"] is UNKNOWN:
            remarks = [Remark("OC202", {"condition": _SINGLE, "note": _ONE_GROUP})]
        assert isinstance(statement, ast.stmt)
        context.replace(statement, written)
        context.settle(node, api, remarks)


def _refusal(item: GroupItem, facts: dict[str, Any]) -> Text | None:
    """Return why the entry cannot be written here."""
    return next((r.note for r in item.refuse_write if r.when is None or r.when.holds(facts) is True), None)


def _written(
    context: FileContext, node: ast.Attribute, statement: ast.AST, entry: ast.Subscript, item: GroupItem
) -> str | None:
    """Return the statement that writes the entry in the target, or None when it is no plain write."""
    if item.write is None or not is_pure(node.value):
        return None
    receiver = _receiver(context, node)
    if isinstance(statement, ast.Assign) and statement.targets == [entry]:
        return compose(item.write, {"self": receiver, "value": _value(context, statement.value, {}, "")})
    if (
        isinstance(statement, ast.AugAssign)
        and statement.target is entry
        and type(statement.op) in _OPERATORS
    ):
        if item.read is None:
            return None
        current = compose(item.read, {"self": receiver})
        operand = _value(context, statement.value, {}, "")
        wrapped = (
            operand.text
            if isinstance(operand.node, (ast.Name, ast.Constant, ast.Call, ast.Attribute))
            else f"({operand.text})"
        )
        value = Piece(f"{current} {_OPERATORS[type(statement.op)]} {wrapped}", statement.value)
        return compose(item.write, {"self": receiver, "value": value})
    return None


def _value(context: FileContext, node: ast.expr, entries: dict[ast.Subscript, None], read: str) -> Piece:
    """Return the text of a value with reads of the loop's group replaced."""
    span = context.source.span(node)
    text, offset = context.source.of(node), span.start
    for entry in sorted(entries, key=lambda e: -context.source.span(e).start):
        inner = context.source.span(entry)
        text = text[: inner.start - offset] + read + text[inner.end - offset :]
    return Piece(text, node)


def _convert_loop(
    context: FileContext,
    node: ast.Attribute,
    loop: ast.For,
    group: ast.Name,
    api: str,
    row: Member,
    facts: dict[str, Any],
) -> None:
    """``for group in optimizer.param_groups: group["lr"] = …`` becomes one statement."""
    uses = [n for n in ast.walk(loop) if isinstance(n, ast.Name) and n.id == group.id and n is not group]
    entries = [context.scopes.parents[use] for use in uses]
    if len(loop.body) != 1 or loop.orelse or _is_used_behind(context, loop, group) or not entries:
        context.decline(node, api, "OC306", reason=_LOOP_BODY)
        return
    subscripts: dict[ast.Subscript, None] = {}
    item: GroupItem | None = None
    for use, entry in zip(uses, entries, strict=True):
        if not isinstance(entry, ast.Subscript) or entry.value is not use:
            context.decline(node, api, "OC306", reason=_LOOP_BODY)
            return
        item = _item(context, entry, api, row, node)
        if item is None:
            return
        subscripts[entry] = None
    assert item is not None
    writes = any(isinstance(entry.ctx, ast.Store) for entry in subscripts)
    refusal = _refusal(item, facts) if writes else None
    if refusal is not None:
        context.decline(node, api, "OC306", reason=refusal)
        return
    text = _loop_statement(context, node, loop.body[0], subscripts, item)
    if text is None or not is_pure(node.value):
        context.decline(node, api, "OC306", reason=_LOOP_BODY)
        return
    context.replace(loop, text)
    context.settle(node, api, list(context.planner.differences(item.differs, facts)))


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


def _loop_statement(
    context: FileContext,
    node: ast.Attribute,
    body: ast.stmt,
    entries: dict[ast.Subscript, None],
    item: GroupItem,
) -> str | None:
    """Return the one statement that does what the loop does, or None."""
    if item.read is None or item.write is None:
        return None
    receiver = _receiver(context, node)
    read = compose(item.read, {"self": receiver})
    if isinstance(body, ast.Assign) and len(body.targets) == 1 and body.targets[0] in entries:
        rest = {entry: None for entry in entries if entry is not body.targets[0]}
        return compose(item.write, {"self": receiver, "value": _value(context, body.value, rest, read)})
    if isinstance(body, ast.AugAssign) and body.target in entries and len(entries) == 1:
        if type(body.op) not in _OPERATORS:
            return None
        operand = context.source.of(body.value)
        if not isinstance(body.value, (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript)):
            operand = f"({operand})"
        value = Piece(f"{read} {_OPERATORS[type(body.op)]} {operand}", body.value)
        return compose(item.write, {"self": receiver, "value": value})
    plain = isinstance(body, ast.Assign) and isinstance(body.targets[0], ast.Name) and len(body.targets) == 1
    if (plain or isinstance(body, ast.Return)) and isinstance(body, (ast.Assign, ast.Return)) and body.value:
        piece = _value(context, body.value, entries, read)
        prefix = context.source.text[context.source.span(body).start : context.source.span(body.value).start]
        return f"{prefix}{piece.text}"
    return None
