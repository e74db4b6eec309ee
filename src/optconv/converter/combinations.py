"""Finds schedulers that are made of other schedulers, and the constructions that they are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.file_context import FileContext
from optconv.converter.rivals import same_optimizer
from optconv.converter.scopes import ANY_ENTRY
from optconv.converter.source import shortened
from optconv.converter.values import is_harmless, is_literal, known_value
from optconv.mappings import Text, message
from optconv.mappings.curves import CombinedCurve
from optconv.mappings.schema import Combine, SourceApi

OPTIMIZER_PARAMETER = "optimizer"  # the first parameter of every scheduler


@dataclass(frozen=True)
class Part:
    """One scheduler of those that are combined."""

    node: ast.Call
    api: SourceApi
    bound: BoundCall
    entry: ast.expr  # how the list names it: the construction itself, or a variable
    holder: ast.Assign | None  # the statement that keeps it in a variable which only the list reads


@dataclass(frozen=True)
class Combination:
    """A scheduler made of others."""

    node: ast.Call
    api: SourceApi
    bound: BoundCall
    combine: Combine
    optimizer: ast.expr | None = None
    parts: tuple[Part, ...] = ()
    boundaries: tuple[ast.expr, ...] = ()  # when the next part takes over
    listed: ast.Assign | None = None  # the statement that keeps the list in a variable
    obstacle: Text | None = None  # why it cannot be understood
    related: frozenset[ast.Call] = frozenset()  # every scheduler that its list may hold

    @property
    def inner_arguments(self) -> list[ast.expr]:
        """Return what is evaluated for it in its own statement, but for the optimizers."""
        inline = [part.bound for part in self.parts if part.holder is None and self.listed is None]
        found = [a.node for b in inline for name, a in b.arguments.items() if name != OPTIMIZER_PARAMETER]
        named = {OPTIMIZER_PARAMETER, self.combine.schedulers}
        return found + [a.node for name, a in self.bound.arguments.items() if name not in named]


def find_combinations(context: FileContext, calls: Sequence[tuple[ast.Call, SourceApi]]) -> list[Combination]:
    """Return every scheduler made of others whose call is understood; an obstacle says what is not."""
    apis = dict(calls)
    found = []
    for node, api in calls:
        row = context.tables.row(api.name)
        if row is not None and row.combine is not None:
            try:
                bound = bind(node, api.signatures)
            except CannotBindError:
                continue
            found.append(find_combination(context, Combination(node, api, bound, row.combine), apis))
    return found


def combination_by_curve(
    context: FileContext, node: ast.Call, api: SourceApi, bound: BoundCall, apis: Mapping[ast.Call, SourceApi]
) -> Combination | None:
    """Return what a scheduler is made of by what its curve says, be there a way to write such or not."""
    curve = api.curve
    if not isinstance(curve, CombinedCurve):
        return None
    combine = Combine(curve.role, curve.schedulers, "", curve.milestones)
    return find_combination(context, Combination(node, api, bound, combine), apis)


def find_combination(
    context: FileContext, bare: Combination, apis: Mapping[ast.Call, SourceApi]
) -> Combination:
    """Return one scheduler made of others, of which only the call is known, with its parts."""
    argument = bare.bound.arguments[bare.combine.schedulers].node
    held = context.kinds.values(argument, (ANY_ENTRY,)).instances
    related = frozenset(i.construction for i in held if i.construction is not None) & apis.keys()
    bare = replace(bare, related=frozenset(related))
    own = bare.bound.arguments.get(OPTIMIZER_PARAMETER)
    optimizer = own.node if own is not None else None
    display, listed = _display(context, argument, bare.node)
    if display is None:
        text = message("combinations.no_written_list", argument=shortened(context.source.of(argument)))
        return replace(bare, optimizer=optimizer, obstacle=text)
    parts: list[Part] = []
    missing: ast.expr | None = None
    for entry in display:
        part = _part(context, entry, bare.node, apis)
        if part is None:
            missing = missing or entry
        else:
            parts.append(part)
    if optimizer is None and parts:
        optimizer = parts[0].bound.arguments[OPTIMIZER_PARAMETER].node
    boundaries = _boundaries(bare)
    return replace(
        bare,
        optimizer=optimizer,
        parts=tuple(parts),
        boundaries=boundaries or (),
        listed=listed,
        obstacle=_obstacle(context, bare, optimizer, parts, missing, boundaries, listed),
    )


def _obstacle(
    context: FileContext,
    bare: Combination,
    optimizer: ast.expr | None,
    parts: list[Part],
    missing: ast.expr | None,
    boundaries: tuple[ast.expr, ...] | None,
    listed: ast.Assign | None,
) -> Text | None:
    if missing is not None:
        return message("combinations.not_built_for_it", entry=shortened(context.source.of(missing)))
    if bare.combine.role == "sequence" and (boundaries is None or len(boundaries) != len(parts) - 1):
        return message("combinations.no_written_milestones")
    known = [known_value(boundary, context.scopes) for boundary in boundaries or ()]
    numbers = [value for value in known if isinstance(value, (int, float))]
    if numbers != sorted(numbers):
        return message("combinations.milestones_unordered")
    if any(value != int(value) for value in numbers if abs(value) < float("inf")):
        return message("combinations.milestone_with_fraction")
    reader = _reader(context, bare, optimizer, parts)
    if reader is not None:
        return message("combinations.optimizer_used_between", reader=shortened(context.source.of(reader)))
    for part in parts:
        own = part.bound.arguments[OPTIMIZER_PARAMETER].node
        if optimizer is None or not same_optimizer(context, own, optimizer) or not _same(own, optimizer):
            return message("combinations.other_optimizer")
        if part.holder is None and listed is not None and not may_move(context, part, bare.node, parts):
            return message("combinations.may_change", entry=shortened(context.source.of(part.node)))
    return None


def _reader(
    context: FileContext, bare: Combination, optimizer: ast.expr | None, parts: list[Part]
) -> ast.expr | ast.stmt | None:
    """Return what uses the optimizer while its parts are built: each of them changes the rate at once."""
    if optimizer is None:
        return None
    bounds = [bare.bound, *(part.bound for part in parts)]
    named = {OPTIMIZER_PARAMETER, bare.combine.schedulers}
    found: list[ast.expr | ast.stmt] = [
        a.node for bound in bounds for name, a in bound.arguments.items() if name not in named
    ]
    target = context.scopes.statement(bare.node)
    siblings = context.scopes.siblings(target)
    own = [context.scopes.statement(part.node) for part in parts]
    places = [siblings.index(statement) for statement in own if statement in siblings]
    between = siblings[min(places, default=0) : siblings.index(target)] if places else []
    found += [statement for statement in between if statement not in own]
    for node in found:
        if any(isinstance(part, ast.expr) and _same(part, optimizer) for part in ast.walk(node)):
            return node
    return None


def _same(first: ast.expr, second: ast.expr) -> bool:
    return ast.dump(first) == ast.dump(second)


def _display(
    context: FileContext, node: ast.expr, used_by: ast.AST
) -> tuple[list[ast.expr] | None, ast.Assign | None]:
    """Return the entries of a list, written in place or kept in a variable that nothing else reads."""
    listed = None
    if isinstance(node, ast.Name):
        listed = _held(context, node, used_by)
        node = listed.value if listed is not None else node
    if isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(e, ast.Starred) for e in node.elts):
        return node.elts, listed
    return None, None


def _held(context: FileContext, use: ast.Name, used_by: ast.AST) -> ast.Assign | None:
    """Return the statement of the same block that binds ``use``, when nothing else binds or reads it."""
    scopes = context.scopes
    scope = scopes.lookup(use.id, use)
    if scope is None or scope is not scopes.enclosing_scope(used_by):
        return None
    bindings = scope.bindings[use.id]
    others = [n for n in scopes.names if n.id == use.id and n is not use and scopes.lookup(n.id, n) is scope]
    if len(bindings) != 1 or any(not isinstance(n.ctx, ast.Store) for n in others):
        return None
    statement = scopes.statement(bindings[0].node)
    match statement:
        case ast.Assign(targets=[ast.Name()]):
            siblings = scopes.siblings(statement)
            place = scopes.statement(used_by)
            if place in siblings and siblings.index(statement) < siblings.index(place):
                return statement
    return None


def _part(
    context: FileContext, entry: ast.expr, used_by: ast.AST, apis: Mapping[ast.Call, SourceApi]
) -> Part | None:
    holder = _held(context, entry, used_by) if isinstance(entry, ast.Name) else None
    node = holder.value if holder is not None else entry
    if not isinstance(node, ast.Call) or node not in apis:
        return None
    try:
        bound = bind(node, apis[node].signatures)
    except CannotBindError:
        return None
    return Part(node, apis[node], bound, entry, holder) if OPTIMIZER_PARAMETER in bound.arguments else None


def _boundaries(bare: Combination) -> tuple[ast.expr, ...] | None:
    if bare.combine.milestones is None:
        return None
    node = bare.bound.arguments[bare.combine.milestones].node
    if isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(e, ast.Starred) for e in node.elts):
        return tuple(node.elts)
    return None


def may_move(context: FileContext, part: Part, to: ast.Call, parts: Iterable[Part]) -> bool:
    """Return whether a part's arguments may be evaluated where it is combined, and its statement may go."""
    arguments = [a.node for name, a in part.bound.arguments.items() if name != OPTIMIZER_PARAMETER]
    inside = [node for argument in arguments for node in ast.walk(argument)]
    if any(isinstance(n, ast.Attribute) and context.kinds.values(n.value).kind is not None for n in inside):
        return False
    if all(is_literal(argument) for argument in arguments):
        return True
    statement, target = context.scopes.statement(part.node), context.scopes.statement(to)
    siblings = context.scopes.siblings(statement)
    constructions = {id(context.scopes.statement(other.node)) for other in parts}
    between = siblings[siblings.index(statement) + 1 : siblings.index(target)]
    return all(id(s) in constructions for s in between) and all(is_harmless(a) for a in arguments)
