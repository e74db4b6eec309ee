"""Plans the construction of optimizers, their parameter groups among it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.compose import Piece
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.groups import GROUP_ENTRY, convert_groups, group_entries
from optconv.converter.parameters import Parameters, inspect_parameters
from optconv.converter.rate_changes import RATE_CHANGES, rate_changes
from optconv.converter.source import shortened
from optconv.converter.values import dictionary_keys, known_value
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Case, Row, SourceApi
from optconv.mappings.signatures import Signature


def plan_optimizer(context: FileContext, node: ast.Call, api: SourceApi) -> Construction:
    """Decide what becomes of one optimizer construction, and say it."""
    row = context.tables.row(api.name)
    obstacle = context.planner.no_way(api.name) or context.planner.too_old(
        api.name, row.since if row else None
    )
    if row is None or obstacle is not None:
        remarks = (obstacle,) if obstacle is not None else ()
        return _settle(context, Construction(node, api, CallPlan(None, remarks=remarks)))
    try:
        bound = bind(node, api.signatures, lambda value: dictionary_keys(value, context.scopes))
    except CannotBindError as error:
        remark = Remark("OC204", {"reason": error.reason})
        return _settle(context, Construction(node, api, CallPlan(None, remarks=(remark,))))
    return _settle(context, _plan_bound(context, bound, api, row))


def _settle(context: FileContext, construction: Construction) -> Construction:
    plan = construction.plan
    context.settle(construction.node, construction.api.name, plan.remarks, converted=not plan.declined)
    context.constructions[construction.node] = construction
    return construction


def _plan_bound(context: FileContext, bound: BoundCall, api: SourceApi, row: Row) -> Construction:
    params = bound.arguments.get(GROUP_ENTRY)
    parameters = (
        inspect_parameters(params.node, context.scopes, context.tables.idioms)
        if params
        else Parameters("unknown")
    )
    groups = [group_entries(group) for group in parameters.groups]
    own_rates = _own_rates(context.tables.rate_name, parameters, groups)
    rate_name = context.tables.rate_name
    rate = bound.arguments.get(rate_name)
    if rate is None and groups and all(entries is not None and rate_name in entries for entries in groups):
        bound = _with_unit_rate(bound, rate_name)
    base = (
        Piece(context.source.of(rate.node), rate.node) if rate else Piece(bound.default(rate_name) or "None")
    )
    known_groups = [
        {
            key: known_value(value, context.scopes)
            for key, value in entries.items()
            if key in bound.signature.names
        }
        for entries in groups
        if entries is not None
    ]
    facts = dict(context.facts(own_rates))
    if any(RATE_CHANGES in case.condition_names for case in row.cases):
        facts[RATE_CHANGES] = rate_changes(context, bound.node, api)
    plan = context.planner.plan(bound, row.cases, facts, {}, group_values=known_groups)
    single = {"tensors": True, "unknown": UNKNOWN}.get(parameters.shape, len(groups) == 1)
    construction = Construction(
        bound.node,
        api,
        plan,
        own_rates=own_rates,
        single_group=single,
        rate=rate.node if rate else None,
        rate_text=base.text,
    )
    if plan.case is None:
        return construction
    remarks = list(plan.remarks)
    if params is not None and parameters.shape == "unknown":
        fields = {
            "argument": shortened(context.source.of(params.node)),
            "keys": _changed_keys(plan.case, rate_name),
        }
        remarks.append(Remark("OC203", fields))
    shared = parameters.shape == "shared"
    problem = convert_groups(context, bound, plan.case, parameters.groups, groups, base, shared=shared)
    if problem is not None:
        construction.plan = CallPlan(None, remarks=(problem,))
        return construction
    construction.plan = CallPlan(plan.case, plan.arguments, tuple(remarks))
    return construction


def _with_unit_rate(bound: BoundCall, rate_name: str) -> BoundCall:
    """Give the optimizer a rate of 1 where every group has its own: the ratios are the rates then."""
    parameters = (replace(p, default="1.0") if p.name == rate_name else p for p in bound.signature.parameters)
    return replace(bound, signature=Signature(tuple(parameters)))


def _own_rates(
    rate_name: str, parameters: Parameters, groups: Sequence[Mapping[str, ast.expr] | None]
) -> Any:
    """Return whether a group has a learning rate of its own; `UNKNOWN` when that cannot be seen."""
    if parameters.shape == "tensors":
        return False
    if any(entries is not None and rate_name in entries for entries in groups):
        return True
    return UNKNOWN if parameters.shape == "unknown" or None in groups else False


def _changed_keys(case: Case, rate_name: str) -> str:
    """Name the keys of a group that mean something else, or nothing, in the target."""
    changed = {
        name
        for keyword, expression in case.arguments.items()
        for name in expression.names
        if name != GROUP_ENTRY and (keyword != expression.text)
    }
    return ", ".join(f"'{name}'" for name in sorted(changed | {rate_name}))
