"""Whether the learning rate of an optimizer changes after it was built, as far as the file shows.

A scheduler changes it, and so does a write to an entry of the parameter groups. What other code does with an
optimizer that is passed on, returned or stored in an attribute cannot be seen.
"""

from __future__ import annotations

import ast
from typing import Any

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import ScopeTree
from optconv.converter.tree_index import arguments_of
from optconv.mappings import Tables
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import SourceApi

RATE_CHANGES = "rate_changes"  # what the tables call it
_LOOKING = ("isinstance", "print", "type", "id", "repr", "str")  # built-in functions that change nothing


def rate_changes(context: FileContext, construction: ast.Call, api: SourceApi) -> Any:
    """Return whether the rate of the optimizer that ``construction`` builds changes; `UNKNOWN` if unseen."""
    if _gets_scheduler(context, construction) or writes_rate(context, construction):
        return True
    return False if _stays_in_sight(context, construction, api) else UNKNOWN


def writes_rate(context: FileContext, construction: ast.Call) -> bool:
    """Return whether the file writes an entry of the groups of the optimizer that ``construction`` builds."""
    return any(_is_of(context, construction, node) for node in _with_written_groups(context))


def _gets_scheduler(context: FileContext, construction: ast.Call) -> bool:
    """Return whether the optimizer is passed to a call that makes a scheduler, be it in another file."""
    return any(
        any(_is_of(context, construction, argument) for argument in arguments_of(call))
        and context.kinds.values(call).kind == "scheduler"
        for call in context.scopes.calls
    )


def _is_of(context: FileContext, construction: ast.Call, node: ast.expr) -> bool:
    """Return whether an expression may hold the optimizer that ``construction`` builds."""
    return construction in context.kinds.alone.values(node).calls


def _with_written_groups(context: FileContext) -> list[ast.expr]:
    members = group_members(context.tables)
    groups = (a for a in context.scopes.attributes if a.attr in members)
    return [node.value for node in groups if is_written(context.scopes, node)]


def group_members(tables: Tables) -> frozenset[str]:
    """Return the names of the attributes that hold parameter groups."""
    rows = (tables.row(api.name) for api in tables.bases)
    return frozenset(name for row in rows if row for name, member in row.members.items() if member.items)


def is_written(scopes: ScopeTree, groups: ast.Attribute) -> bool:
    """Return whether the statement around the parameter groups, a loop perhaps, assigns to an entry."""
    parts = ast.walk(scopes.statement(groups))
    return any(isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load) for part in parts)


def _stays_in_sight(context: FileContext, construction: ast.Call, api: SourceApi) -> bool:
    """Return whether every use of the optimizer is a member that leaves the rate alone."""
    scopes = context.scopes
    match scopes.parents[construction]:
        case ast.Assign(targets=[ast.Name() as target]):
            scope = scopes.lookup(target.id, target)
        case ast.Expr():
            return True  # nothing holds it
        case _:
            return False
    uses = [name for name in scopes.names if name.id == target.id and scopes.lookup(name.id, name) is scope]
    return all(_leaves_the_rate(context, use, api) for use in uses)


def _leaves_the_rate(context: FileContext, use: ast.Name, api: SourceApi) -> bool:
    parent = context.scopes.parents[use]
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _LOOKING:
        return True
    if not isinstance(parent, ast.Attribute) or context.tables.source_member(api, parent.attr) is None:
        return False
    if parent.attr in group_members(context.tables):
        entry = context.scopes.parents[parent]
        holder = context.scopes.parents[entry]
        return isinstance(entry, ast.Subscript) and isinstance(holder, ast.Subscript)
    return True
