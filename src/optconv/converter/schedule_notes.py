"""Notes how each scheduler of a file is built and what is written instead, for its curves (`schedule`)."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optconv.converter.base_rates import BASE_RATE
from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.combinations import OPTIMIZER_PARAMETER, Combination, combination_by_curve
from optconv.converter.compose import Piece, compose
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.known_names import known_names
from optconv.converter.result import Position
from optconv.converter.schedule import Schedule, SourceSchedule, WrittenSchedule
from optconv.converter.source import Span
from optconv.converter.update_counts import TOTAL_UPDATES, UPDATES
from optconv.converter.values import is_pure
from optconv.mappings.expressions import parse_expression
from optconv.mappings.schema import SourceApi


@dataclass(frozen=True)
class _Built:
    """A construction of a scheduler, as far as it was understood."""

    node: ast.Call
    api: SourceApi
    bound: BoundCall
    combination: Combination | None

    @property
    def bounds(self) -> list[BoundCall]:
        """Return its call, and those of its parts."""
        return [self.bound, *(part.bound for part in (self.combination.parts if self.combination else ()))]


def note_schedules(
    context: FileContext,
    found: Sequence[tuple[ast.Call, SourceApi, ast.expr | None]],
    combinations: Mapping[ast.Call, Combination],
    apis: Mapping[ast.Call, SourceApi],
    rivals: Mapping[ast.Call, ast.Call],
) -> None:
    """Note the schedules of a file in its context, when it is decided what becomes of them.

    Args:
        context: the file.
        found: the constructions that are no parts of others, each with its class and its optimizer.
        combinations: those that are made of others.
        apis: the class of every construction, parts too.
        rivals: those with another one beside them that acts on their optimizer.
    """
    understood = [b for b in (_understood(context, n, api, combinations, apis) for n, api, _ in found) if b]
    by_node = {built.node: built for built in understood}
    parts = {part.node for built in understood if built.combination for part in built.combination.parts}
    for node, api, optimizer in found:
        if api.name not in context.tables.source_apis or node in parts:
            continue  # a class of the file has no curve
        if node in by_node:
            whole = by_node[node].combination
            own = {part.node for part in whole.parts} if whole is not None else set()
            shared = node in rivals and rivals[node] not in own
            context.schedules.append(_noted(context, by_node[node], optimizer, shared=shared))
        else:
            context.schedules.append(Schedule(api.name, _start(context, node), None, None, None, {}))


def _understood(
    context: FileContext,
    node: ast.Call,
    api: SourceApi,
    combinations: Mapping[ast.Call, Combination],
    apis: Mapping[ast.Call, SourceApi],
) -> _Built | None:
    try:
        bound = bind(node, api.signatures)
    except CannotBindError:
        return None
    combination = combinations.get(node) or combination_by_curve(context, node, api, bound, apis)
    return _Built(node, api, bound, combination)


def _start(context: FileContext, node: ast.Call) -> Position:
    return context.source.position(context.source.span(node).start)


def _noted(context: FileContext, built: _Built, optimizer: ast.expr | None, *, shared: bool) -> Schedule:
    construction = context.constructions[built.node]
    reserved = construction.reserved
    rate, rate_node = _rate(context, optimizer)
    whole = built.combination
    not_read = {OPTIMIZER_PARAMETER, whole.combine.schedulers if whole is not None else ""}
    given = [a.node for bound in built.bounds for name, a in bound.arguments.items() if name not in not_read]
    counts = [reserved[name].text for name in (UPDATES, TOTAL_UPDATES) if name in reserved]
    places = [(name, built.node) for text in counts for name in parse_expression(text).names]
    return Schedule(
        api=built.api.name,
        start=_start(context, built.node),
        source=_source(context, built),
        rate=rate,
        written=_written(context, construction, whole),
        names=known_names(context, [*given, *([rate_node] if rate_node is not None else [])], places),
        functions=_functions(context, whole),
        meanings=_meanings(reserved.get(BASE_RATE)),
        updates=counts[0] if counts else None,
        total_updates=counts[-1] if counts else None,
        shared=shared,
    )


def _source(context: FileContext, built: _Built) -> SourceSchedule:
    """Return how a scheduler is built; of one whose parts are not understood, none of them."""

    def texts(bound: BoundCall) -> dict[str, str]:
        arguments = {name: a.node for name, a in bound.arguments.items() if name != OPTIMIZER_PARAMETER}
        return {name: context.source.of(node) for name, node in arguments.items()}

    whole = built.combination
    understood = whole.parts if whole is not None and whole.obstacle is None else ()
    parts = tuple(SourceSchedule(part.api.name, texts(part.bound)) for part in understood)
    return SourceSchedule(built.api.name, texts(built.bound), parts)


def _written(
    context: FileContext, construction: Construction, whole: Combination | None = None
) -> WrittenSchedule | None:
    plan = construction.plan
    if plan.case is None:
        return None
    if plan.case.expression is not None:
        return WrittenSchedule("", {"": plan.arguments[0].text})
    inner = {}
    for part in whole.parts if whole is not None else ():
        own = context.constructions[part.node]
        written = None if own.absorbed else _written(context, own)
        if written is not None:
            inner[context.source.of(part.entry)] = written
    return WrittenSchedule(plan.case.to, {a.parameter: a.text for a in plan.arguments}, inner)


def _functions(context: FileContext, whole: Combination | None) -> dict[str, str]:
    """Return the parts in variables of their own, which are functions in the output."""

    def unchanged(span: Span) -> str:
        return context.source.text[span.start : span.end]

    parts = (context.constructions[part.node] for part in (whole.parts if whole is not None else ()))
    statements = (part.instead(unchanged) for part in parts if part.instead is not None)
    return {name: text for name, _, text in (statement.partition(" = ") for statement in statements)}


def _meanings(base: Piece | None) -> dict[str, str]:
    """Return what stands in the output for the rate that a schedule starts from."""
    if base is None:
        return {}
    if base.around is None or base.optimizer is None:
        return {base.text: BASE_RATE}
    tree = base.around.tree
    assert isinstance(tree, ast.ListComp)  # one function for each group
    groups = parse_expression(ast.unparse(tree.generators[0].iter))
    optimizer = Piece(ast.unparse(base.optimizer), base.optimizer)
    return {base.text: BASE_RATE, compose(groups, {OPTIMIZER_PARAMETER: optimizer}): f"[{BASE_RATE}]"}


def _rate(context: FileContext, optimizer: ast.expr | None) -> tuple[str | None, ast.expr | None]:
    """Return what the optimizer of a schedule is given as its rate, where that is one thing and stays so."""
    if optimizer is None:
        return None, None
    values = context.kinds.values(optimizer)
    built = context.built(values.instances)
    if values.unknown or len(built) != len(values.instances):
        return None, None
    rates = {_rate_of(context, construction) for construction in built}
    texts = {text for text, _ in rates}
    if len(texts) != 1:
        return None, None
    text, node = next(iter(rates))
    return (text, node) if node is None or _stays(context, node) else (None, None)


def _rate_of(context: FileContext, construction: Construction) -> tuple[str | None, ast.expr | None]:
    name = context.tables.rate_name
    try:
        bound = bind(construction.node, construction.api.signatures)
    except CannotBindError:
        return None, None
    argument = bound.arguments.get(name)
    if argument is not None:
        return context.source.of(argument.node), argument.node
    if construction.own_rates is True:
        return None, None  # each group has its own
    return construction.rate_text or bound.default(name), None


def _stays(context: FileContext, node: ast.expr) -> bool:
    """Return whether an expression has one value wherever it stands."""
    scopes = context.scopes
    changed = {a.attr for a in scopes.attributes if isinstance(a.ctx, ast.Store)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in changed:
            return False
        scope = scopes.lookup(part.id, part) if isinstance(part, ast.Name) else None
        if isinstance(part, ast.Name) and scope is not None and len(scope.bindings[part.id]) != 1:
            return False
    return is_pure(node)
