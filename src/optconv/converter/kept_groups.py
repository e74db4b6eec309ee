"""Parameter groups of a target that has them, too: they stay, and entries are read and written in place.

Where a group goes is followed as the objects of a file are: through loops, comprehensions, names and the
file's own functions. What is done with an entry is in `group_entries`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.call_plan import Remark
from optconv.converter.file_context import FileContext, GroupEntry
from optconv.converter.group_entries import convert_entry
from optconv.converter.scopes import ANY_ENTRY
from optconv.converter.tree_index import position_of
from optconv.mappings import message
from optconv.mappings.schema import Member

_ITERATING = ("enumerate", "zip", "reversed", "list", "tuple")  # give the groups on, one by one
_LOOKING = ("len", "print", "str", "repr", "bool", "isinstance", "type", "id", "any", "all")
_METHODS = ("get", "setdefault", "keys")
_DISPLAYS = (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)
_TESTS = (
    ast.Compare,
    ast.BoolOp,
    ast.UnaryOp,
    ast.If,
    ast.While,
    ast.IfExp,
    ast.Assert,
    ast.FormattedValue,
    ast.Expr,
)


def plan_kept_groups(context: FileContext, node: ast.Attribute, api: str, row: Member) -> None:
    """Settle one ``<optimizer>.param_groups``: it stays, unless its groups go where nothing follows them."""
    if _of_left_scheduler(context, node):
        return  # said where the scheduler is asked for its optimizer
    entry = next((e for e in _entries(context) if _contains(e.group, node)), None)
    if entry is not None:
        return  # said where the entry is
    if not _is_followed(context, node, is_list=True) and row.handed_on is not None:
        reason = message("kept_groups.cannot_be_followed", note=row.handed_on)
        context.decline(node, api, "OC306", reason=reason)
        return
    context.settle(node, api, [])


def plan_group_entries(context: FileContext) -> None:
    """Convert every entry of a group that is read or written; say where a named group goes on."""
    if not any(node.attr in context.tables.kept_groups for node in context.scopes.attributes):
        return
    for entry in _entries(context):
        _plan_entry(context, entry)
    for name in sorted(context.scopes.names, key=position_of):
        _plan_name(context, name)


def _plan_entry(context: FileContext, entry: GroupEntry) -> None:
    values = context.kinds.values(entry.group)
    row, api = _row_of(context, values.groups)
    if row is None:
        return  # of optimizers that stay
    if values.unknown or values.instances or _has_left(context, values.groups):
        reason = message("kept_groups.may_be_other", group=context.source.of(entry.group), key=entry.key)
        context.decline(entry.node, api, "OC204", reason=reason)
        return
    convert_entry(context, entry, api, row, values.groups)


def _plan_name(context: FileContext, name: ast.Name) -> None:
    """Say of a name that holds a group, or several, that it goes on."""
    for path in ((), (ANY_ENTRY,)):
        groups = context.groups_of(name, path)
        row, api = _row_of(context, groups) if groups else (None, "")
        if row is None or row.handed_on is None or _is_followed(context, name, is_list=bool(path)):
            continue
        reason = message("kept_groups.cannot_be_followed", note=row.handed_on)
        context.settle(name, api, [Remark("OC306", {"reason": reason})], converted=False)


def _row_of(context: FileContext, groups: frozenset[ast.Attribute]) -> tuple[Member | None, str]:
    """Return what the tables say about the groups of converted optimizers; None where there is none."""
    for node in sorted(groups, key=position_of):
        for instance in context.kinds.values(node.value).instances:
            row = context.tables.member(instance.api, node.attr)
            found = context.tables.source_member(instance.api, node.attr)
            left = context.left([instance]) or _of_left_scheduler(context, node)
            if row is not None and found is not None and not left:
                return row, f"{found[0].name}.{node.attr}"
    return None, ""


def _has_left(context: FileContext, groups: frozenset[ast.Attribute]) -> bool:
    """Return whether a group may be one of an optimizer that stays in the source framework."""
    holders = [context.kinds.values(node.value) for node in groups]
    left = any(values.unknown or context.left(values.instances) for values in holders)
    return left or any(_of_left_scheduler(context, node) for node in groups)


def _of_left_scheduler(context: FileContext, groups: ast.Attribute) -> bool:
    """Return whether groups are reached through a scheduler that stays, and its optimizer with it."""
    match groups.value:
        case ast.Attribute(value=scheduler, attr=name) if name == context.tables.optimizer_attribute:
            return bool(context.left(context.kinds.values(scheduler).instances))
    return False


def _entries(context: FileContext) -> list[GroupEntry]:
    """Return every ``group["key"]`` of the file in order, ``get`` and ``setdefault`` among them."""
    if context.group_entries is None:
        nodes = [n for n in context.scopes.parents if isinstance(n, (ast.Subscript, ast.Call))]
        found = [entry for node in nodes if (entry := _as_entry(node)) is not None]
        kept = [entry for entry in found if context.groups_of(entry.group)]
        context.group_entries = sorted(kept, key=lambda entry: position_of(entry.node))
    return context.group_entries


def _as_entry(node: ast.AST) -> GroupEntry | None:
    match node:
        case ast.Subscript(value=group, slice=ast.Constant(value=str(key))):
            return GroupEntry(node, group, key)
        case ast.Call(
            func=ast.Attribute(value=group, attr="get" | "setdefault"),
            args=[ast.Constant(value=str(key)), *_],
        ):
            return GroupEntry(node, group, key)
    return None


def _contains(node: ast.AST, part: ast.AST) -> bool:
    return any(inner is part for inner in ast.walk(node))


def _is_followed(context: FileContext, node: ast.expr, *, is_list: bool) -> bool:
    """Return whether what becomes of a group, or of a list of them, is known."""
    parents = context.scopes.parents
    parent = parents[node]
    match parent:
        case ast.For() | ast.comprehension():
            return True
        case ast.Subscript(value=value) if value is node:
            if is_list:
                inner_is_list = isinstance(parent.slice, ast.Slice)
                return isinstance(parent.ctx, ast.Load) and _is_followed(
                    context, parent, is_list=inner_is_list
                )
            return isinstance(parent.slice, ast.Constant)
        case ast.Attribute(attr=name) if not is_list and name in _METHODS:
            call = parents[parent]
            return isinstance(call, ast.Call) and call.func is parent
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            return all(_is_name(target) for target in _targets(parent)) and (
                not isinstance(parent, ast.NamedExpr) or _is_followed(context, parent, is_list=is_list)
            )
        case ast.Call(func=ast.Name(id=name)) if name in _ITERATING and is_list:
            return name in ("list", "tuple", "reversed") or isinstance(
                parents[parent], (ast.For, ast.comprehension)
            )
        case ast.Call(func=ast.Name(id=name)) if name in _LOOKING:
            return True
        case ast.Call() | ast.keyword():
            call = parent if isinstance(parent, ast.Call) else parents[parent]
            return isinstance(call, ast.Call) and _is_parameter_followed(context, call, node)
        case _ if isinstance(parent, _DISPLAYS):
            return _is_followed(context, parent, is_list=True)
    return isinstance(parent, _TESTS)


def _targets(statement: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _is_name(target: ast.expr) -> bool:
    """Return whether a target is a variable, several, or an attribute of ``self``."""
    match target:
        case ast.Tuple(elts=entries) | ast.List(elts=entries):
            return all(_is_name(entry) for entry in entries)
        case ast.Attribute(value=ast.Name(id="self")) | ast.Name():
            return True
    return False


def _is_parameter_followed(context: FileContext, call: ast.Call, argument: ast.expr) -> bool:
    """Return whether a call hands a group to a function of the file, in which it is known to be one."""
    function = context.kinds.functions.called_function(call)
    if not isinstance(function, ast.FunctionDef):
        return False
    return any(
        context.kinds.functions.passed(call, function, parameter) is argument
        for parameter in _parameters(function)
    )


def _parameters(function: ast.FunctionDef) -> Iterator[ast.arg]:
    arguments = function.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
