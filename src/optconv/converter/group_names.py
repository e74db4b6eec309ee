"""Converts ``group = optimizer.param_groups[0]`` together with the uses of that name."""

from __future__ import annotations

import ast
from collections.abc import Callable

from optconv.converter.group_items import Access, GroupUseError, Plan
from optconv.converter.source import Span
from optconv.converter.tree_index import position_of
from optconv.converter.values import is_pure
from optconv.mappings import message


def plan_named_group(
    access: Access, statement: ast.Assign, plan_entry: Callable[[Plan, ast.Subscript], None]
) -> Plan:
    """Plan the statement that names a group (it goes) and every entry that is used by that name."""
    context = access.context
    if len(statement.targets) != 1 or not isinstance(target := statement.targets[0], ast.Name):
        raise GroupUseError(message("group_items.other_use"))
    uses = _uses(access, target)
    if not uses or not is_pure(access.node.value):
        raise _used_otherwise(target)
    plan = Plan()
    for use in uses:
        entry = context.scopes.parents[use]
        if not isinstance(entry, ast.Subscript) or entry.value is not use or not _sees_the_same(access, use):
            raise _used_otherwise(target)
        plan_entry(plan, entry)
        plan.edits.append(lambda entry=entry: context.settle(entry, access.api, []))  # type: ignore[misc]
    span = _line_of(access, statement)
    if span is None or len(context.scopes.siblings(statement)) < 2:
        raise _used_otherwise(target)
    plan.edits.append(lambda: context.edits.replace(span, ""))
    return plan


def _used_otherwise(target: ast.Name) -> GroupUseError:
    return GroupUseError(message("group_names.used_otherwise", name=target.id))


def _uses(access: Access, target: ast.Name) -> list[ast.Name] | None:
    """Return every use of the name that means the group; None when one may mean something else, too."""
    scopes = access.context.scopes
    scope = scopes.lookup(target.id, target)
    if scope is None or isinstance(scope.node, ast.ClassDef):
        return None
    found = []
    for name in scopes.names:
        if name.id == target.id and name is not target and scopes.lookup(name.id, name) is scope:
            reaching = [] if isinstance(name.ctx, ast.Store) else scopes.reaching(name.id, name)
            if any(binding.node is target for binding in reaching):
                if len(reaching) > 1:
                    return None
                found.append(name)
    return found


def _sees_the_same(access: Access, use: ast.Name) -> bool:
    """Return whether the optimizer is called the same, and is the same, where the group is used."""
    scopes = access.context.scopes
    if position_of(use) < position_of(access.node):
        return False
    for part in ast.walk(access.node.value):
        if isinstance(part, ast.Name):
            if scopes.lookup(part.id, use) is not scopes.lookup(part.id, part):
                return False
            if set(map(id, scopes.reaching(part.id, use))) != set(map(id, scopes.reaching(part.id, part))):
                return False
        if isinstance(part, ast.Attribute):
            own = scopes.enclosing_scope(part)
            stores = (a for a in scopes.attributes if a.attr == part.attr and isinstance(a.ctx, ast.Store))
            if any(scopes.enclosing_scope(a) is own and position_of(a) > position_of(part) for a in stores):
                return False
    return True


def _line_of(access: Access, statement: ast.Assign) -> Span | None:
    """Return what goes with the statement: its line, or all but the comment behind it."""
    source = access.context.source
    span = source.span(statement)
    start = source.line_start(source.line_of(span.start))
    end = source.line_end(span.end)
    if source.text[start : span.start].strip():
        return None
    behind = source.text[span.end : end].strip()
    if behind.startswith("#"):
        return Span(span.start, source.text.index("#", span.end))
    newline = source.text[end : end + len(source.newline)]
    return Span(start, end + len(newline)) if not behind and newline == source.newline else None
