"""Plans what stands around an optimizer: functions such as clipping, regions of low precision, scalers.

It follows the optimizers of its file: where all of them stay in the source framework, it stays, too. A file
without an optimizer is a part of a program whose optimizer is elsewhere, and is converted.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.call_plan import CallPlan, Remark, kept_positional
from optconv.converter.combinations import OPTIMIZER_PARAMETER
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.iterables import is_iterator
from optconv.converter.models import asked_models, has_model
from optconv.converter.object_values import Instance, Values
from optconv.converter.references import Found, plan_other_use
from optconv.converter.result import Outcome
from optconv.converter.source import shortened
from optconv.converter.values import dictionary_keys, known_value
from optconv.mappings import Text
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Case, Row, SourceApi, TargetApi

SURROUNDING = ("function", "region", "scaler")  # kinds that follow the optimizers of their file
Obstacle = tuple[str, str | Text]  # what was not converted, and the line it is on


def is_planned(context: FileContext, api: SourceApi) -> bool:
    """Return whether calls of an API are planned: constructions, and whatever has a way to be written."""
    row = context.tables.row(api.name)
    return api.kind in ("optimizer", "scheduler") or (row is not None and bool(row.cases))


def plan_surroundings(
    context: FileContext, calls: Mapping[ast.Call, Found], others: Sequence[tuple[Found, str]]
) -> None:
    """Decide what becomes of them, and say it. Optimizers and schedulers are planned already.

    Args:
        context: the file.
        calls: the calls that are planned, optimizers and schedulers among them.
        others: the other uses, and what each of them is.
    """
    obstacle = _left_optimizer(context)
    for found, use in others:
        if obstacle is not None and is_planned(context, found.api) and use != "subclass":
            context.decline(found.node, found.api.name, "OC102", name=obstacle[0], line=obstacle[1])
        elif use != "subclass":
            plan_other_use(context, found, use)
    around = [(call, found.api) for call, found in calls.items() if found.api.kind in SURROUNDING]
    regions: list[Any] = []
    for call, api in sorted(around, key=lambda item: item[1].kind == "scaler"):
        row = context.tables.row(api.name)
        assert row is not None
        stays = obstacle or (_left_stepped if api.kind == "scaler" else _left_given)(context, call)
        facts = {"regions": _common(regions)} if api.kind == "scaler" else {}
        plan, bound = _plan(context, call, api, row, facts, stays)
        if bound is not None and row.region is not None:
            regions.append(row.region.evaluate(context.planner.values(bound)))
        context.settle(call, api.name, plan.remarks, converted=not plan.declined)
        context.constructions[call] = Construction(call, api, plan)


def _plan(
    context: FileContext,
    call: ast.Call,
    api: SourceApi,
    row: Row,
    facts: Mapping[str, Any],
    stays: Obstacle | None,
) -> tuple[CallPlan, BoundCall | None]:
    if stays is not None:
        return CallPlan(None, remarks=(Remark("OC102", {"name": stays[0], "line": stays[1]}),)), None
    too_old = context.planner.too_old(api.name, row.since)
    if too_old is not None:
        return CallPlan(None, remarks=(too_old,)), None
    try:
        bound = bind(call, api.signatures, lambda value: dictionary_keys(value, context.scopes))
    except CannotBindError as error:
        return CallPlan(None, remarks=(Remark("OC204", {"reason": error.reason}),)), None
    if row.single_use is not None and not _is_entered_here(context, call):
        return CallPlan(None, remarks=(Remark("OC306", {"reason": row.single_use}),)), bound
    facts = {**facts, "one_pass": _is_used_up(context, bound)}
    plan = context.planner.plan(bound, row.cases, facts, {})
    if plan.case is not None:
        _write_constants(context, bound, plan.case)
    target = context.tables.target_api(plan.case.to) if plan.case else None
    return _with_positions(call, plan, target), bound


def _is_entered_here(context: FileContext, call: ast.Call) -> bool:
    """Return whether a context manager is built each time it is entered: in a ``with``, or as a decorator.

    One that a function gives back is built for each call of the function.
    """
    part: ast.AST = call
    outer = context.scopes.parents[part]
    while isinstance(outer, (ast.IfExp, ast.BoolOp)):
        part, outer = outer, context.scopes.parents[outer]
    if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return part in outer.decorator_list
    if isinstance(outer, ast.Call):  # enter_context(…) of an ExitStack, or a function that is decorated
        entered = isinstance(outer.func, ast.Attribute) and outer.func.attr.startswith("enter_")
        return entered or outer.func is part
    return isinstance(outer, (ast.withitem, ast.Return, ast.Lambda))


def _write_constants(context: FileContext, bound: BoundCall, case: Case) -> None:
    """Write the constants inside arguments as the target has them, and note that their names are gone."""
    written = {name for expression in case.arguments.values() for name in expression.names}
    for name, argument in bound.arguments.items():
        for node in ast.walk(argument.node):
            if not isinstance(node, (ast.Name, ast.Attribute)):
                continue
            constant = context.planner.constant(node)
            root = next((part for part in ast.walk(node) if isinstance(part, ast.Name)), None)
            if constant is None or root is None or not context.names.is_imported(root):
                continue
            context.gone.add(root)
            if node is not argument.node and name in written:
                context.replace(node, repr(constant))


def _with_positions(call: ast.Call, plan: CallPlan, target: TargetApi | None) -> CallPlan:
    """Leave positional arguments positional for as long as they have the same places in the target."""
    if target is None:
        return plan
    return replace(plan, arguments=kept_positional(call, plan.arguments, target.signature.names))


def _is_used_up(context: FileContext, bound: BoundCall) -> Any:
    """Return whether the first argument is an iterator in the output; one that is seen becomes a list."""
    first = bound.arguments.get(bound.signature.names[0])
    if first is None or known_value(first.node, context.scopes) is not UNKNOWN:
        return False
    return is_iterator(context, first.node)


def _common(regions: list[Any]) -> Any:
    """Return the precisions of the regions of the file; `UNKNOWN` if one is, or if there is none here."""
    return UNKNOWN if not regions or any(region is UNKNOWN for region in regions) else tuple(regions)


def _left_optimizer(context: FileContext) -> Obstacle | None:
    """Return an optimizer that stays, where all of the file do."""
    built = [c for c in context.constructions.values() if c.api.kind == "optimizer"]
    if any(construction.converted for construction in built):
        return None
    if built:
        first = min((construction.node for construction in built), key=lambda node: node.lineno)
        return shortened(context.source.of(first.func)), context.line(first)
    modules = {
        c.name.rpartition(".")[0] for c in context.tables.source_apis.values() if c.kind == "optimizer"
    }
    for reference in context.references:
        api = context.tables.source_api(reference.api)
        ours = {reference.api, reference.api.rpartition(".")[0]} & modules
        is_optimizer = api.kind == "optimizer" if api else bool(ours)
        if is_optimizer and reference.outcome in (Outcome.DECLINED, Outcome.NOT_UNDERSTOOD):
            return reference.api, context.source.line_name(reference.start.line)
    return None


def _left_stepped(context: FileContext, scaler: ast.Call) -> Obstacle | None:
    """Return an optimizer that the scaler steps and that stays: the two must be of one framework."""
    for argument in _handed_to(context, Values(frozenset({_instance(context, scaler)}))):
        left = context.left(context.kinds.values(argument).instances)
        if left:
            return shortened(context.source.of(argument)), context.line(left[0])
    return None


def _left_given(context: FileContext, call: ast.Call) -> Obstacle | None:
    """Return an optimizer that stays, where only such have the parameters that the call is given."""
    asked = [model for argument in call.args[:1] for model in asked_models(context, argument)]
    optimizers = [c for c in context.constructions.values() if c.api.kind == "optimizer"]
    having = [c for c in optimizers if any(has_model(context, c, model) for model in asked)]
    if not having or any(construction.converted for construction in having):
        return None
    return shortened(context.source.of(having[0].node.func)), context.line(having[0].node)


def _instance(context: FileContext, call: ast.Call) -> Instance:
    return next(iter(context.kinds.values(call).instances))


def steps_several(context: FileContext, scalers: Values, member: str) -> Any:
    """Return whether more than one optimizer is handed to a scaler before ``member`` is called.

    Where it is called as often as there are optimizers, each may have a call of its own, which is `UNKNOWN`.
    """
    handed: set[ast.Call | str] = set()
    for argument in _handed_to(context, scalers):
        values = context.kinds.values(argument)
        built = {i.construction for i in values.instances if i.construction is not None}
        handed |= built if built and not values.unknown else {ast.unparse(argument)}
    if len(handed) < 2:
        return False
    same = [a for a in context.scopes.attributes if a.attr == member]
    calls = sum(bool(context.kinds.values(a.value).instances & scalers.instances) for a in same)
    return UNKNOWN if calls >= len(handed) else True


def _handed_to(context: FileContext, scalers: Values) -> list[ast.expr]:
    """Return what is handed to the methods of a scaler that take an optimizer."""
    found = []
    for node in context.scopes.attributes:
        call = context.scopes.parents[node]
        if not (isinstance(call, ast.Call) and call.func is node and call.args):
            continue
        if _takes_optimizer(context, node.attr, scalers) and (
            context.kinds.values(node.value).instances & scalers.instances
        ):
            found.append(call.args[0])
    return found


def _takes_optimizer(context: FileContext, name: str, scalers: Values) -> bool:
    members = (context.tables.source_member(instance.api, name) for instance in scalers.instances)
    versions = [version for member in members if member for version in member[1].signatures]
    return any(version.signature.names[:1] == (OPTIMIZER_PARAMETER,) for version in versions)
