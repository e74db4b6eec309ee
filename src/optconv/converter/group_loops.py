"""Converts loops over parameter groups: what is done for each is done once.

With one group the body runs once anyway. With several it may run once instead when the groups have the same
rates, and doing it again would change nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.call_plan import Remark
from optconv.converter.group_items import (
    SINGLE,
    Access,
    GroupUseError,
    Plan,
    is_scaling,
    item_of,
    plan_read,
    plan_write,
    write_of,
)
from optconv.converter.repeatable_functions import has_one_result
from optconv.converter.repetition import Repetition, repetition
from optconv.converter.unwrap import can_unwrap, unwrap
from optconv.converter.values import is_pure
from optconv.mappings import message
from optconv.mappings.expressions import UNKNOWN


def plan_loop(access: Access, loop: ast.For) -> Plan:
    """Plan ``for group in optimizer.param_groups``, and the same with ``enumerate``."""
    index, group = _targets(loop)
    _check_shape(access, loop, group, index)
    entries = entries_of(access, loop, group)
    plan = Plan()
    if index is not None:
        _plan_index(access, plan, loop, index)
    writes = {id(entry): write_of(access, entry) for entry in entries if not isinstance(entry.ctx, ast.Load)}
    scalings = [w for e in entries if (w := writes.get(id(e))) is not None and is_scaling(w, e)]
    reads = [entry for entry in entries if isinstance(entry.ctx, ast.Load)]
    inside = {id(part) for scaling in scalings for part in ast.walk(scaling)}
    telling = [read for read in reads if id(read) not in inside]
    if access.facts["own_rates"] is True and telling and writes:
        raise GroupUseError(message("group_loops.depends_on_own_rates"))
    which = _which(loop) if not writes else None
    for entry in reads:
        plan_read(access, plan, entry, which, silent=id(entry) in inside)
    for entry in entries:
        if (statement := writes.get(id(entry))) is not None:
            plan_write(access, plan, entry, statement)
    _check_repetition(access, plan, loop)
    plan.edits.append(lambda: unwrap(access.context, loop))
    return plan


def _targets(loop: ast.For) -> tuple[ast.Name | None, ast.Name]:
    match loop:
        case ast.For(target=ast.Name() as group, iter=ast.Attribute()):
            return None, group
        case ast.For(target=ast.Tuple(elts=[ast.Name() as index, ast.Name() as group]), iter=ast.Call()):
            return index, group
    raise GroupUseError(message("group_items.other_use"))


def _check_shape(access: Access, loop: ast.For, group: ast.Name, index: ast.Name | None) -> None:
    """Refuse a loop that cannot be replaced by its body."""
    if loop.orelse or any(_leaves(loop.body)):
        raise GroupUseError(message("group_loops.leaves_early"))
    if not is_pure(access.node.value) or _is_replaced(access, loop):
        raise GroupUseError(message("group_loops.other_use"))
    for name in (group, *([index] if index is not None else [])):
        if _is_used_behind(access, loop, name):
            raise GroupUseError(message("group_loops.used_behind", name=name.id))
    if not can_unwrap(access.context, loop):
        raise GroupUseError(message("group_loops.done_for_each"))


def _is_replaced(access: Access, loop: ast.For) -> bool:
    """Return whether the body gives another meaning to what the optimizer is called."""
    read = {ast.unparse(part) for part in ast.walk(access.node.value) if isinstance(part, ast.expr)}
    parts = (part for statement in loop.body for part in ast.walk(statement))
    return any(
        isinstance(part, (ast.Name, ast.Attribute))
        and not isinstance(part.ctx, ast.Load)
        and ast.unparse(part) in read
        for part in parts
    )


def _leaves(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Find each ``break`` and ``continue`` that belongs to the loop around ``body``."""
    for statement in body:
        if isinstance(statement, (ast.Break, ast.Continue)):
            yield statement
        elif isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            yield from _leaves(statement.orelse)
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for name in ("body", "orelse", "finalbody"):
                yield from _leaves(getattr(statement, name, []))
            for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
                yield from _leaves(part.body)


def uses_of(access: Access, loop: ast.AST, name: ast.Name) -> list[ast.Name]:
    """Return every use of a loop's variable inside the loop."""
    scopes = access.context.scopes
    scope = scopes.lookup(name.id, name)
    return [
        part
        for part in ast.walk(loop)
        if isinstance(part, ast.Name)
        and part.id == name.id
        and part is not name
        and scopes.lookup(part.id, part) is scope
    ]


def entries_of(access: Access, holder: ast.AST, group: ast.Name) -> list[ast.Subscript]:
    """Return every entry of the group that is read or written; refuse other uses of the group."""
    entries = []
    for use in uses_of(access, holder, group):
        entry = access.context.scopes.parents[use]
        if not isinstance(entry, ast.Subscript) or entry.value is not use:
            raise GroupUseError(message("group_loops.other_use"))
        item_of(access, entry)
        entries.append(entry)
    if not entries:
        raise GroupUseError(message("group_loops.other_use"))
    return entries


def _plan_index(access: Access, plan: Plan, loop: ast.For, index: ast.Name) -> None:
    """The number of the only group is 0; among several it must not be used."""
    uses = uses_of(access, loop, index)
    if uses and (not access.single or any(not isinstance(use.ctx, ast.Load) for use in uses)):
        raise GroupUseError(message("group_loops.depends_on_number", name=index.id))
    for use in uses:
        plan.edits.append(lambda use=use: access.context.replace(use, "0"))  # type: ignore[misc]


def _which(loop: ast.For) -> int | None:
    """Return the group whose rate is left by a loop that only reads: the last, or the first if it returns."""
    if len(loop.body) == 1:
        if isinstance(loop.body[0], ast.Return):
            return 0
        if isinstance(loop.body[0], ast.Assign):
            return -1
    return None


def _check_repetition(access: Access, plan: Plan, loop: ast.For) -> None:
    """Refuse a body of which it matters how often it runs, when there may be several groups."""
    if access.single:
        return
    found = repetition(loop.body, {access.node.attr}, lambda call: has_one_result(access.context, call))
    if found is Repetition.COMPUTES or (found is Repetition.MAY_COMPUTE and _is_several(access)):
        raise GroupUseError(message("group_loops.computed_for_each"))
    if found is Repetition.MAY_COMPUTE:
        plan.say([Remark("OC202", {"condition": SINGLE, "note": message("group_loops.computed_for_each")})])
    if found is Repetition.CARRIES or (found is Repetition.CALLS and _is_several(access)):
        raise GroupUseError(message("group_loops.done_for_each"))
    if found is Repetition.CALLS:
        plan.say([Remark("OC202", {"condition": SINGLE, "note": message("group_loops.runs_once")})])


def _is_several(access: Access) -> bool:
    return access.facts["single_group"] is not UNKNOWN


def _is_used_behind(access: Access, loop: ast.For, name: ast.Name) -> bool:
    """Return whether the loop variable is read outside the loop."""
    scopes = access.context.scopes
    inside = {id(part) for part in ast.walk(loop)}
    scope = scopes.lookup(name.id, name)
    return any(
        binding.node is name
        for use in scopes.names
        if use.id == name.id and id(use) not in inside and scopes.lookup(use.id, use) is scope
        for binding in scopes.reaching(use.id, use)
    )
