"""Plans the construction of optimizers, their parameter groups among it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optconv.converter.added_groups import AddedGroup, added_groups, gets_other_groups, quote_of
from optconv.converter.binding import BoundCall, CannotBindError
from optconv.converter.call_parts import bind_parts, write_parts
from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.compose import Piece, piece_of
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.group_dicts import GROUP_ENTRY, GroupDict, read_groups
from optconv.converter.group_keys import changed_keys, keeps_rate
from optconv.converter.group_rates import common_rate, is_same_rate
from optconv.converter.groups import convert_groups, write_groups
from optconv.converter.iterables import IS_ITERATOR, is_iterator
from optconv.converter.model_parameters import gives_pairs
from optconv.converter.named_parameters import named_parameters
from optconv.converter.parameter_shapes import TENSORS, Parameters
from optconv.converter.parameters import inspect_parameters
from optconv.converter.rate_changes import RATE_CHANGES, rate_changes
from optconv.converter.shared_parameters import shared_parameters
from optconv.converter.source import shortened
from optconv.converter.switched_parameters import switched_parameters
from optconv.converter.values import known_value
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Case, Row, SourceApi
from optconv.mappings.signatures import Signature

GROUPED = "grouped"  # what the tables' expressions call it that the parameters come in groups


def plan_optimizer(context: FileContext, node: ast.Call, api: SourceApi) -> Construction:
    """Decide what becomes of one optimizer construction, and say it."""
    construction = plan_construction(context, node, api)
    plan = construction.plan
    context.settle(node, api.name, plan.remarks, converted=not plan.declined)
    context.constructions[node] = construction
    return construction


def plan_construction(
    context: FileContext, node: ast.Call, api: SourceApi, partials: Sequence[ast.Call] = ()
) -> Construction:
    """Decide what becomes of a call that constructs an optimizer of a class.

    Args:
        context: the file.
        node: the call.
        api: the class.
        partials: the calls of ``partial`` that give the class its first arguments, the outermost first.
    """
    row = context.tables.row(api.name)
    obstacle = context.planner.no_way(api.name) or context.planner.too_old(
        api.name, row.since if row else None
    )
    if row is None or obstacle is not None:
        remarks = (obstacle,) if obstacle is not None else ()
        return Construction(node, api, CallPlan(None, remarks=remarks))
    try:
        bound, parts = bind_parts(context, node, api.signatures, partials)
    except CannotBindError as error:
        remark = Remark("OC204", {"reason": error.reason})
        return Construction(node, api, CallPlan(None, remarks=(remark,)))
    construction = _plan_bound(context, bound, api, row)
    if parts:
        construction.scattered = True
        construction.plan = write_parts(context, construction.plan, bound, parts)
    return construction


@dataclass
class _Given:
    """What an optimizer is given to optimize."""

    params: ast.expr | None
    parameters: Parameters
    dicts: list[GroupDict | None]  # the groups that stand in the file
    groups: list[Mapping[str, ast.expr] | None]  # the entries of every group, also of those in `added`
    added: list[AddedGroup]

    def are_grouped(self) -> Any:
        """Return whether the parameters come in groups; `UNKNOWN` when that cannot be seen."""
        shape = self.parameters.shape
        return UNKNOWN if shape == "unknown" else shape != "tensors"

    def is_single(self) -> Any:
        """Return whether there is one group; `UNKNOWN` when that cannot be seen."""
        if len(self.groups) > 1:
            return False
        counted = len(self.groups) == 1 if self.parameters.counted else UNKNOWN
        return True if self.parameters.shape == "tensors" else counted

    def known_values(self, context: FileContext, bound: BoundCall) -> list[dict[str, Any]]:
        """Return what is known of the options of each group."""
        names = bound.signature.names
        return [
            {key: known_value(value, context.scopes) for key, value in entries.items() if key in names}
            for entries in self.groups
            if entries is not None
        ]


def _given(context: FileContext, bound: BoundCall, api: SourceApi) -> _Given:
    params = bound.arguments.get(GROUP_ENTRY)
    parameters = (
        inspect_parameters(params.node, context.scopes, context.tables.idioms, context.kinds.functions)
        if params
        else Parameters("unknown")
    )
    if params is not None and gives_pairs(context, params.node):
        parameters = TENSORS
    dicts = read_groups(parameters.groups, context.scopes)
    groups: list[Mapping[str, ast.expr] | None] = [group.entries if group else None for group in dicts]
    added = added_groups(context, bound.node, api) if parameters.shape in ("tensors", "unknown") else []
    if params is not None and added:
        parameters = Parameters("added", counted=True)
        groups = [{GROUP_ENTRY: params.node}, *[group.entries for group in added]]
    return _Given(params.node if params else None, parameters, dicts, groups, added)


def _base_rate(
    context: FileContext, bound: BoundCall, given: _Given, cases: Sequence[Case]
) -> tuple[BoundCall, dict[str, Piece], Piece]:
    """Return the call with the rate that it gets, what stands for that in the output, and the base rate."""
    name = context.tables.rate_name
    rate, extra = bound.arguments.get(name), {}
    groups = given.groups if not all(keeps_rate(case, name) for case in cases) else []
    if rate is None and groups and all(entries is not None and name in entries for entries in groups):
        common = common_rate(context, bound.node, [e[name] for e in groups if e is not None])
        if common is None:
            bound = _with_unit_rate(bound, name)
        else:
            extra = {name: piece_of(context.source, common)}
    if rate is not None:
        return bound, extra, piece_of(context.source, rate.node)
    return bound, extra, extra.get(name, Piece(bound.default(name) or "None"))


def _plan_bound(context: FileContext, bound: BoundCall, api: SourceApi, row: Row) -> Construction:
    given = _given(context, bound, api)
    rate = bound.arguments.get(context.tables.rate_name)
    bound, extra, base = _base_rate(context, bound, given, row.cases)
    own_rates = _own_rates(context, given.parameters, given.groups, base)
    known = given.known_values(context, bound)
    facts = dict(context.facts(own_rates))
    if any(RATE_CHANGES in case.condition_names for case in row.cases):
        facts[RATE_CHANGES] = rate_changes(context, bound.node, api)
    asked = {name for case in row.cases for e in case.arguments.values() for name in e.names}
    if GROUPED in asked:
        facts[GROUPED] = given.are_grouped()
    if IS_ITERATOR in asked and given.params is not None:
        facts[IS_ITERATOR] = is_iterator(context, given.params)
    plan = context.planner.plan(bound, row.cases, facts, extra, group_values=known)
    construction = Construction(
        bound.node,
        api,
        plan,
        own_rates=own_rates,
        single_group=given.is_single(),
        rate=rate.node if rate else None,
        rate_text=base.text,
        params=given.params,
        groups=tuple(entries for entries in given.groups if entries is not None),
    )
    if plan.case is not None:
        _plan_groups(context, bound, construction, plan.case, row.cases, given, base)
    return construction


def _plan_groups(
    context: FileContext,
    bound: BoundCall,
    construction: Construction,
    case: Case,
    cases: Sequence[Case],
    given: _Given,
    base: Piece,
) -> None:
    """Convert the parameter groups of a construction, and say what is to be said of them."""
    plan, parameters = construction.plan, given.parameters
    remarks = list(plan.remarks)
    changed = changed_keys(case, cases, bound.signature.names, context.tables.rate_name)
    if given.params is not None and parameters.shape == "unknown" and changed:
        keys = ", ".join(f"'{name}'" for name in sorted(changed))
        fields = {"argument": shortened(context.source.of(given.params)), "keys": keys}
        remarks.append(Remark("OC203", fields))
    ratios: Remark | tuple[str | None, ...]
    if given.added:
        plan, ratios = _with_added(context, bound, plan, case, construction, base, given.added)
    else:
        ratios = convert_groups(
            context, bound, case, parameters.groups, given.dicts, base, parameters.shape, changed
        )
    if isinstance(ratios, Remark):
        construction.plan = CallPlan(None, remarks=(ratios,))
        return
    if gets_other_groups(context, bound.node, construction.api, given.added):
        construction.single_group = UNKNOWN
    elif parameters.shape == "tensors" or parameters.counted:
        construction.ratios = ratios or ("1.0",)
    remarks += shared_parameters(context, construction)
    remarks += switched_parameters(context, construction)
    remarks += named_parameters(context, construction)
    construction.plan = CallPlan(case, plan.arguments, tuple(remarks))


def _with_added(
    context: FileContext,
    bound: BoundCall,
    plan: CallPlan,
    case: Case,
    construction: Construction,
    base: Piece,
    added: list[AddedGroup],
) -> tuple[CallPlan, Remark | tuple[str | None, ...]]:
    """Write the groups that the next statements add into the construction, and their ratios."""
    quote = quote_of(context, added)
    result = write_groups(context, bound, case, construction.groups, base, quote)
    if isinstance(result, Remark):
        return plan, result
    make, ratios = result
    takes = {keyword for keyword, expression in case.arguments.items() if GROUP_ENTRY in expression.names}
    arguments = tuple(
        replace(argument, verbatim=False, make=make) if argument.parameter in takes else argument
        for argument in plan.arguments
    )
    context.folded |= {group.call for group in added}
    return replace(plan, arguments=arguments), ratios


def _with_unit_rate(bound: BoundCall, rate_name: str) -> BoundCall:
    """Give the optimizer a rate of 1 where every group has its own: the ratios are the rates then."""
    parameters = (replace(p, default="1.0") if p.name == rate_name else p for p in bound.signature.parameters)
    return replace(bound, signature=Signature(tuple(parameters)))


def _own_rates(
    context: FileContext,
    parameters: Parameters,
    groups: Sequence[Mapping[str, ast.expr] | None],
    base: Piece,
) -> Any:
    """Return whether a group has another rate than the optimizer; `UNKNOWN` when that cannot be seen."""
    if parameters.shape == "tensors":
        return False
    key = context.tables.rate_name
    if any(e is not None and key in e and not is_same_rate(context, key, e[key], base) for e in groups):
        return True
    return UNKNOWN if parameters.shape == "unknown" or None in groups else False
