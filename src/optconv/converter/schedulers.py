"""Plans the construction of schedulers, and how each comes together with its optimizer.

Where the target's scheduler takes the optimizer, as the source's does, it is built in its place. Where it is
the optimizer's learning rate, there are two ways. When the two constructions
are neighbouring statements, the scheduler comes first and is passed to the optimizer. Otherwise the order
stays, the scheduler starts from the optimizer's current rate and is set on it in a statement of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from optconv.converter.base_rates import (
    BASE_RATE,
    SHARED_RATE,
    asks_for_shared_rate,
    base_rate,
    comes_from_elsewhere,
    shared_rate,
)
from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.bindings import COMPREHENSIONS
from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.combinations import OPTIMIZER_PARAMETER, Combination, find_combinations
from optconv.converter.combined_schedulers import CombinedPlan, plan_combination
from optconv.converter.compose import Piece
from optconv.converter.displayed_schedulers import is_displayed, stands_alone
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.neighbours import Neighbours, find_neighbours
from optconv.converter.rivals import find_rivals
from optconv.converter.schedule_facts import schedule_facts
from optconv.converter.schedule_notes import note_schedules
from optconv.converter.tree_index import position_of
from optconv.converter.update_counts import TOTAL_UPDATES, UPDATES, count_updates
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Row, SourceApi


@dataclass(frozen=True)
class Attachment:
    """How one scheduler is handed to its optimizer."""

    scheduler: Construction
    optimizer: ast.expr
    neighbours: Neighbours | None  # None: it is set on the optimizer afterwards
    removed: tuple[ast.stmt, ...] = ()  # statements of schedulers that became a part of it


def plan_schedulers(
    context: FileContext, calls: list[tuple[ast.Call, SourceApi]], staying: Mapping[ast.Call, SourceApi]
) -> list[Attachment]:
    """Decide what becomes of the scheduler constructions of a file, and say it.

    Args:
        context: the file.
        calls: the constructions.
        staying: other constructions, which stay; they may act on the same optimizers.
    """
    whole = {combination.node: combination for combination in find_combinations(context, calls)}
    parts = {call for combination in whole.values() for call in combination.related}
    found = [
        (node, api, whole[node].optimizer if node in whole else _optimizer_argument(node, api))
        for node, api in calls
        if node not in parts
    ]
    others = [(node, _optimizer_argument(node, api)) for node, api in staying.items()]
    rivals = _rivals(context, [*((node, optimizer) for node, _, optimizer in found), *others])
    attachments = []
    for node, api, optimizer in found:
        attachment = _plan_one(context, node, api, optimizer, rivals.get(node), whole.get(node))
        if attachment is not None:
            attachments.append(attachment)
        elif node in whole:
            _decline_parts(context, whole[node], whole, dict(calls))
    note_schedules(context, found, whole, dict(calls), rivals)
    return attachments


def _decline_parts(
    context: FileContext,
    declined: Combination,
    whole: Mapping[ast.Call, Combination],
    apis: Mapping[ast.Call, SourceApi],
) -> None:
    """Leave the schedulers that a combined one is made of, because it stays."""
    reason = message(
        "combined_schedulers.part_of", whole=declined.api.short_name, line=context.line(declined.node)
    )
    for part in sorted(declined.related, key=position_of):
        if part not in context.constructions:
            _decline(context, part, apis[part], Remark("OC306", {"reason": reason}))
            if part in whole:
                _decline_parts(context, whole[part], whole, apis)


def find_obstacles(
    context: FileContext, calls: Mapping[ast.Call, SourceApi], staying: Mapping[ast.Call, SourceApi]
) -> set[ast.Call]:
    """Return the constructions that cannot be converted, before any of them is planned."""
    found = {node: (api, _optimizer_argument(node, api)) for node, api in calls.items()}
    rivals = _all_rivals(context, {**calls, **staying})
    parts = {part for whole in find_combinations(context, list(calls.items())) for part in whole.related}
    return {
        node
        for node, (api, optimizer) in found.items()
        if optimizer is None
        or node in parts
        or _marked(context, node, api) is not None
        or _obstacle(context, node, api, optimizer, rivals.get(node)) is not None
        or _left_as_asked(context, node, api) is not None
        or _stays_apart(context, node, optimizer)
    }


def _all_rivals(context: FileContext, calls: Mapping[ast.Call, SourceApi]) -> dict[ast.Call, ast.Call]:
    return _rivals(context, [(node, _optimizer_argument(node, api)) for node, api in calls.items()])


def _rivals(
    context: FileContext, calls: Iterable[tuple[ast.Call, ast.expr | None]]
) -> dict[ast.Call, ast.Call]:
    return find_rivals(context, [(node, optimizer) for node, optimizer in calls if optimizer is not None])


def _stays_apart(context: FileContext, node: ast.Call, optimizer: ast.expr) -> bool:
    """Return whether a scheduler has no way to come to its optimizer, where it must come to it."""
    if context.tables.attach is None:
        return False
    built = context.built(context.kinds.values(optimizer).instances)
    near = find_neighbours(context, node, optimizer, built) is not None
    return not near and _cannot_be_set(context, node, optimizer) is not None


def _optimizer_argument(node: ast.Call, api: SourceApi) -> ast.expr | None:
    try:
        argument = bind(node, api.signatures).arguments.get(OPTIMIZER_PARAMETER)
    except CannotBindError:
        return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
    return argument.node if argument else None


def _plan_one(
    context: FileContext,
    node: ast.Call,
    api: SourceApi,
    optimizer: ast.expr | None,
    rival: ast.Call | None,
    whole: Combination | None,
) -> Attachment | None:
    obstacle = _marked(context, node, api) or _obstacle(context, node, api, optimizer, rival)
    obstacle = obstacle or _left_as_asked(context, node, api)
    if obstacle is not None or optimizer is None:
        unseen = obstacle or Remark("OC204", {"reason": message("schedulers.optimizer_unseen")})
        _decline(context, node, api, unseen)
        return None
    return _plan_understood(context, bind(node, api.signatures), api, optimizer, rival, whole)


def _marked(context: FileContext, node: ast.Call, api: SourceApi) -> Remark | None:
    """Return what an earlier run said about a second scheduler, when its comment still stands above.

    By then the optimizer may be the target's, and the other scheduler can no longer be seen to act on it.
    """
    for code in _codes_about_rivals(context, node, api):
        said = context.mark_above(context.scopes.statement(node), code, api.name)
        if said is not None:
            return Remark(code, {}, Text.same(said))
    return None


def _left_as_asked(context: FileContext, node: ast.Call, api: SourceApi) -> Remark | None:
    """Return the same where a comment that ignores what was said stands in the place of that comment."""
    for code in _codes_about_rivals(context, node, api):
        text = context.directives.left_as_asked(context.scopes.statement(node).lineno, code)
        if text is not None:
            return Remark(code, {}, text)
    return None


def _codes_about_rivals(context: FileContext, node: ast.Call, api: SourceApi) -> tuple[str, ...]:
    optimizer = _optimizer_argument(node, api)
    unseen = optimizer is not None and comes_from_elsewhere(context, optimizer)
    return ("OC303", "OC302") if unseen else ("OC303",)


def _obstacle(
    context: FileContext, node: ast.Call, api: SourceApi, optimizer: ast.expr | None, rival: ast.Call | None
) -> Remark | None:
    """Return why a scheduler cannot be converted, before its arguments are looked at."""
    title = context.tables.target.title
    row = context.row(api)
    obstacle = None if api in context.own_rows else context.planner.no_way(api.name)
    obstacle = obstacle or context.planner.too_old(api.name, row.since if row else None)
    if obstacle is not None:
        return obstacle
    try:
        bind(node, api.signatures)
    except CannotBindError as error:
        return Remark("OC204", {"reason": error.reason})
    if optimizer is None:
        return None
    if rival is not None and context.tables.attach is not None:
        name = context.source.of(optimizer)
        if rival is node:
            return Remark("OC303", {}, message("schedulers.built_again", optimizer=name, target=title))
        return Remark("OC303", {"optimizer": name, "line": context.line(rival), "target": title})
    instances = context.kinds.values(optimizer).instances
    left = context.left(instances)
    if left:
        fields = {"name": context.source.of(optimizer), "line": context.line(left[0])}
        return Remark("OC102", fields)
    return None


def _decline(context: FileContext, node: ast.Call, api: SourceApi, remark: Remark) -> None:
    """Leave a scheduler as it is and say why."""
    context.constructions[node] = Construction(node, api, CallPlan(None, remarks=(remark,)))
    context.settle(node, api.name, [remark], converted=False)


def _plan_understood(
    context: FileContext,
    bound: BoundCall,
    api: SourceApi,
    optimizer: ast.expr,
    rival: ast.Call | None,
    whole: Combination | None,
) -> Attachment | None:
    values = context.kinds.values(optimizer)
    built = context.built(values.instances)
    row = context.row(api)
    assert row is not None
    facts = {**context.facts(context.joined(values, "own_rates")), **schedule_facts(context, bound)}
    if _asks_for_shared_rate(context, row, whole):
        facts[SHARED_RATE] = shared_rate(context, optimizer, rival)
    evaluated = whole.inner_arguments if whole is not None else None
    attached = context.tables.attach is not None
    neighbours = find_neighbours(context, bound.node, optimizer, built, evaluated) if attached else None
    own = bound.arguments.get(OPTIMIZER_PARAMETER)
    held = whole.bound.arguments[whole.combine.schedulers] if whole is not None else own
    place = min(a.index for a in (own, held) if a is not None)
    counted = _counted(context, bound, optimizer, neighbours, facts)
    if isinstance(counted, Text):
        _decline(context, bound.node, api, Remark("OC306", {"reason": counted}))
        return None
    base = base_rate(context, optimizer, built, facts, neighbours, place)
    combined = _planned(context, bound, row, whole, facts, base, counted)
    problem = counted.endless if counted.endless is not None and _needs_total(combined.plan) else None
    problem = problem or _cannot_see(context, bound.node, combined.plan)
    if problem is not None:
        _decline(context, bound.node, api, Remark("OC306", {"reason": problem}))
        return None
    plan = _with_doubt(context, combined.plan, optimizer)
    construction = Construction(
        bound.node,
        api,
        plan,
        own_rates=facts["own_rates"],
        single_group=context.joined(values, "single_group"),
        optimizer=optimizer,
        rival=rival,
        reserved={**({BASE_RATE: base} if base is not None else {}), **counted.pieces},
    )
    if counted.pieces and neighbours is not None:
        construction.counted = (neighbours.optimizer.node, optimizer)
    if plan.case is not None and attached and neighbours is None:
        problem = _cannot_be_set(context, bound.node, optimizer)
        if problem is not None:
            _decline(context, bound.node, api, Remark("OC304", {"reason": problem}))
            return None
    context.constructions[bound.node] = construction
    context.settle(bound.node, api.name, plan.remarks, converted=not plan.declined)
    if plan.case is None:
        return None
    for part in combined.parts:
        context.constructions[part.node] = part
        context.settle(part.node, part.api.name, part.plan.remarks)
    for optimizer_construction in built:
        optimizer_construction.scheduled = True
    return Attachment(construction, optimizer, neighbours, combined.removed)


def _asks_for_shared_rate(context: FileContext, row: Row, whole: Combination | None) -> bool:
    """Return whether it matters what else changes the rate: other files are searched for that."""
    return asks_for_shared_rate(row.cases) or whole is not None or context.tables.attach is None


def _planned(
    context: FileContext,
    bound: BoundCall,
    row: Row,
    whole: Combination | None,
    facts: Mapping[str, Any],
    base: Piece | None,
    counted: _Counted,
) -> CombinedPlan:
    """Plan a scheduler, or one that is made of others."""
    if whole is not None:
        return plan_combination(context, whole, facts, base or Piece("None"))
    # A scheduler that sets the rate itself may have a parameter of this name.
    extra = {BASE_RATE: base} if base is not None and BASE_RATE not in bound.signature.names else {}
    return CombinedPlan(context.planner.plan(bound, row.cases, facts, {**extra, **counted.pieces}))


@dataclass(frozen=True)
class _Counted:
    """What stands for the counts of updates in the rows, where schedules go by them."""

    pieces: Mapping[str, Piece]
    endless: Text | None = None  # why a schedule that needs the count of the whole run cannot be written


def _counted(
    context: FileContext,
    bound: BoundCall,
    optimizer: ast.expr,
    neighbours: Neighbours | None,
    facts: dict[str, Any],
) -> _Counted | Text:
    """Return how the optimizer's count of updates belongs to the scheduler's steps, or why not."""
    rule = context.tables.attach.counted if context.tables.attach is not None else None
    if rule is None:
        return _Counted({})
    if neighbours is None:
        return rule.apart
    if facts["own_rates"] is True:  # where it is unknown, the doubt has been said of the optimizer
        return rule.own_rates
    count = count_updates(context, bound.node, neighbours.optimizer.node, optimizer)
    if isinstance(count, Text):
        return count
    facts[UPDATES] = 1 if count.updates == "1" else UNKNOWN
    pieces = {UPDATES: Piece(count.updates), TOTAL_UPDATES: Piece(count.total or "0")}
    return _Counted(pieces, rule.endless if count.total is None else None)


def _needs_total(plan: CallPlan) -> bool:
    expression = plan.case.expression if plan.case is not None else None
    return expression is not None and TOTAL_UPDATES in expression.names


def _cannot_see(context: FileContext, node: ast.Call, plan: CallPlan) -> Text | None:
    """Return why a comprehension cannot be written: in the body of a class it does not see its variables."""
    expression = plan.case.expression if plan.case is not None else None
    in_class = isinstance(context.scopes.enclosing_scope(node).node, ast.ClassDef)
    if expression is None or not in_class:
        return None
    has_comprehension = any(isinstance(n, COMPREHENSIONS) for n in ast.walk(expression.tree))
    return message("schedulers.in_class_body") if has_comprehension else None


def _with_doubt(context: FileContext, plan: CallPlan, optimizer: ast.expr) -> CallPlan:
    """Say what happens to another scheduler where one may have been built for the optimizer elsewhere."""
    attach = context.tables.attach
    if plan.case is None or attach is None or attach.single is None:
        return plan
    if not comes_from_elsewhere(context, optimizer):
        return plan
    unsure = Remark("OC202", {"condition": message("schedulers.no_other"), "note": attach.single})
    return CallPlan(plan.case, plan.arguments, (*plan.remarks, unsure))


def _cannot_be_set(context: FileContext, node: ast.Call, optimizer: ast.expr) -> Text | None:
    """Return why there is no place for the statement that hands the scheduler over."""
    if not isinstance(optimizer, (ast.Name, ast.Attribute)):
        return message("schedulers.optimizer_not_a_name")
    if stands_alone(context.scopes.statement(node), node) or is_displayed(context, node):
        return None
    return message("schedulers.no_statement", scheduler=_short(context, node))


def _short(context: FileContext, node: ast.Call) -> str:
    return context.source.of(node.func).rpartition(".")[2]
