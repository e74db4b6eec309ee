"""Checkpoints: what holds the state of a converted object is written and read by the target's functions.

A call that writes or reads a file is converted only when it certainly writes the state of a converted object,
or its result certainly goes into one. A file that mixes the states of both frameworks is left and said.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.call_plan import Remark, kept_positional
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.origins import origins
from optconv.converter.other_objects import is_foreign_source_call
from optconv.converter.references import Found
from optconv.converter.tree_index import arguments_of
from optconv.mappings import Text, message


@dataclass
class _Contents:
    """Whose states an expression holds."""

    converted: list[ast.expr] = field(default_factory=list)
    staying: list[ast.expr] = field(default_factory=list)  # objects and calls of the source framework


def plan_checkpoints(context: FileContext, calls: list[tuple[ast.Call, Found]]) -> None:
    """Convert the calls that write or read the state of converted objects; say which of them must stay."""
    if not any(construction.converted for construction in context.constructions.values()):
        return
    restored = _restored(context) if any(not found.api.saves for _, found in calls) else {}
    planned: list[tuple[Found, BoundCall, ast.expr]] = []
    silent: list[tuple[Found, BoundCall]] = []
    for call, found in calls:
        try:
            bound = bind(call, found.api.signatures)
        except CannotBindError:
            continue  # called with what cannot be seen into, or not as it can be called
        holder = None
        if found.api.saves:
            holder = _plan_save(context, found, bound, dict(calls))
        elif call in restored:
            holder = _plan_load(context, found, bound, restored[call])
        if holder is None:
            silent.append((found, bound))
        else:
            planned.append((found, bound, holder))
    for found, bound in silent:
        _plan_other_side(context, found, bound, planned)


def _plan_other_side(
    context: FileContext, found: Found, bound: BoundCall, planned: list[tuple[Found, BoundCall, ast.expr]]
) -> None:
    """Say of a call that stays that its file is written or read by the target in another place."""
    for other, twin, holder in planned:
        construction = context.constructions.get(twin.node)
        if construction is None or not construction.converted:
            continue
        paths = [_path_of(found, bound), _path_of(other, twin)]
        if paths[0] is not None and paths[0] == paths[1]:
            reason = message(
                "checkpoints.same_file",
                callee=context.source.of(twin.node.func),
                line=context.line(twin.node),
                target=context.tables.target.title,
            )
            _leave(context, found, bound.node, holder, reason)
            return


def _path_of(found: Found, bound: BoundCall) -> str | None:
    """Return where a call writes to or reads from, as text: its first argument but what is written."""
    names = (name for name in bound.signature.names if name != found.api.saves)
    argument = bound.arguments.get(next(names, ""))
    return ast.dump(argument.node) if argument is not None else None


def _plan_save(
    context: FileContext, found: Found, bound: BoundCall, own: Container[ast.expr]
) -> ast.expr | None:
    """Plan a call that writes; return a converted object whose state it certainly writes, if there is one."""
    argument = bound.arguments[found.api.saves].node
    alternatives = origins(context, argument)
    held = [_contents(context, node, own) for node in alternatives.nodes]
    converted = [name for contents in held for name in contents.converted]
    if not converted:
        return None
    staying = [name for contents in held for name in contents.staying]
    if staying:
        reason = message("checkpoints.mixed_content", name=f"`{context.source.of(staying[0])}`")
        _leave(context, found, bound.node, converted[0], reason)
    elif alternatives.unknown or not all(contents.converted for contents in held):
        _leave(context, found, bound.node, converted[0], message("checkpoints.other_content_unseen"))
    else:
        _convert(context, found, bound)
    return converted[0]


def _plan_load(
    context: FileContext, found: Found, bound: BoundCall, receivers: list[tuple[ast.expr, bool]]
) -> ast.expr | None:
    """Plan a call that reads; return a converted object whose state it reads, if there is one."""
    converted = [receiver for receiver, is_converted in receivers if is_converted]
    staying = [receiver for receiver, is_converted in receivers if not is_converted]
    if converted and staying:
        reason = message("checkpoints.also_loaded", name=context.source.of(staying[0]))
        _leave(context, found, bound.node, converted[0], reason)
    elif converted:
        _convert(context, found, bound)
    return converted[0] if converted else None


def _leave(context: FileContext, found: Found, call: ast.Call, holder: ast.expr, reason: Text) -> None:
    fields: dict[str, str | Text] = {
        "name": context.source.of(holder),
        "target": context.tables.target.title,
        "callee": context.source.of(call.func),
        "reason": reason,
    }
    context.settle(call, found.api.name, [Remark("OC207", fields)], converted=False)


def _convert(context: FileContext, found: Found, bound: BoundCall) -> None:
    row, obstacle = context.tables.row(found.api.name), context.planner.no_way(found.api.name)
    if row is None or obstacle is not None:
        remarks = [obstacle] if obstacle is not None else []
        context.settle(bound.node, found.api.name, remarks, converted=False)
        return
    plan = context.planner.plan(bound, row.cases, {}, {})
    if plan.case is not None:
        context.use(found.node, found.root, plan.case.to)
        target = context.tables.target_api(plan.case.to)
        names = target.signature.names if target else ()
        plan = replace(plan, arguments=kept_positional(bound.node, plan.arguments, names))
    context.constructions[bound.node] = Construction(bound.node, found.api, plan)
    context.settle(bound.node, found.api.name, plan.remarks, converted=not plan.declined)


def _restored(context: FileContext) -> dict[ast.Call, list[tuple[ast.expr, bool]]]:
    """Return, for every call whose result is loaded into an object, that object and if it is converted."""
    found: dict[ast.Call, list[tuple[ast.expr, bool]]] = {}
    for node in context.scopes.attributes:
        call = context.scopes.parents[node]
        if node.attr not in context.tables.restoring_members or not isinstance(call, ast.Call):
            continue
        converted = _is_converted(context, node.value)
        arguments = arguments_of(call)
        if call.func is node and arguments and converted is not None:
            for origin in origins(context, arguments[0]).nodes:
                if isinstance(origin, ast.Call):
                    found.setdefault(origin, []).append((node.value, converted))
    return found


def _is_converted(context: FileContext, receiver: ast.expr) -> bool | None:
    """Return whether an object is the target's now; None when it cannot be told, or is none of ours."""
    values = context.kinds.values(receiver)
    if context.left(values.instances):
        return False
    return True if context.built(values.instances) and not values.unknown else None


def _contents(context: FileContext, node: ast.expr, own: Container[ast.expr]) -> _Contents:
    """Return whose states are in the parts of an expression; ``own`` are the calls that are planned here."""
    contents = _Contents()
    seen: set[ast.expr] = set()
    parts = [node]
    while parts:
        part = parts.pop()
        if part in seen:
            continue
        seen.add(part)
        match part:
            case ast.Call(func=ast.Attribute(value=receiver, attr=name)) if (
                name in context.tables.storing_members
            ):
                converted = _is_converted(context, receiver)
                if converted is not None:
                    (contents.converted if converted else contents.staying).append(receiver)
            case ast.Call() if part in own:
                continue  # a number out of a file that was read; what becomes of that call is said there
            case ast.Call() if is_foreign_source_call(context, part):
                contents.staying.append(part)
            case _:
                parts += _parts(context, part)
    return contents


def _parts(context: FileContext, node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Dict(values=values):
            yield from values
        case ast.Tuple(elts=entries) | ast.List(elts=entries):
            yield from entries
        case ast.DictComp(value=element) | ast.ListComp(elt=element):
            yield element
        case ast.Call(args=arguments, keywords=keywords):
            yield from (*arguments, *(keyword.value for keyword in keywords))
        case ast.Name():
            yield from origins(context, node).nodes
    yield from _put_into(context, node)


def _put_into(context: FileContext, display: ast.expr) -> Iterator[ast.expr]:
    """Return what is assigned to items of the name that a display or a call is assigned to."""
    statement = context.scopes.parents.get(display)
    if not isinstance(statement, ast.Assign) or statement.value is not display:
        return
    for name in context.scopes.names:
        if any(binding.value is display for binding in context.scopes.reaching(name.id, name)):
            item = context.scopes.parents[name]
            if isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Store):
                value, _ = context.scopes.assigned_value(item)
                if value is not None:
                    yield value
