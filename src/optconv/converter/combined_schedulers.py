"""Plans schedulers made of others: they become one scheduler of the target.

There are two ways to write that. A scheduler that warms up and goes on with another one can be a class of the
target. Otherwise the rates of all of them, each as a multiple of the base rate over the epoch, become one
function: in a sequence the one whose turn it is, shifted to its beginning; in a product all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.combinations import OPTIMIZER_PARAMETER, Combination, Part, may_move
from optconv.converter.combined_function import EPOCH, FunctionWriter, dropped_arguments
from optconv.converter.compose import Piece, piece_of
from optconv.converter.describe import describe
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.source import shortened
from optconv.converter.values import is_harmless, is_whole_number, known_value
from optconv.mappings import Text, message
from optconv.mappings.expressions import UNKNOWN, Expression, parse_expression
from optconv.mappings.schema import Case, Warmup

_COMBINED = "combined"  # the name of the whole function in the rows


@dataclass(frozen=True)
class CombinedPlan:
    """What a combined scheduler, its parts and their statements become."""

    plan: CallPlan
    parts: tuple[Construction, ...] = ()
    removed: tuple[ast.stmt, ...] = ()


def plan_combination(
    context: FileContext, combination: Combination, facts: Mapping[str, Any], base: Piece
) -> CombinedPlan:
    """Plan one scheduler made of others.

    Args:
        context: the file.
        combination: the scheduler and its parts.
        facts: values of the reserved names (``own_rates``).
        base: the rate that the schedule starts from.
    """
    if combination.obstacle is not None:
        return _declined(combination.obstacle)
    for part in combination.parts:
        if _is_resumed(context, part, combination.combine.resume):
            line = context.line(part.node)
            return _declined(message("combined_schedulers.resumed", part=part.api.short_name, line=line))
    warmup = combination.combine.warmup
    planned = _plan_warmup(context, combination, warmup, facts, base) if warmup is not None else None
    return planned or _plan_function(context, combination, facts, base)


def _is_resumed(context: FileContext, part: Part, parameter: str) -> bool:
    """Return whether a part may go on from an epoch of its own, instead of beginning with the whole."""
    known = part.bound.signature.parameter(parameter)
    if known is None or known.default is None or parameter not in part.bound.arguments:
        return False
    value = context.planner.values(part.bound)[parameter]
    return value is UNKNOWN or bool(value != parse_expression(known.default).evaluate({}))


def _declined(reason: Text) -> CombinedPlan:
    return CombinedPlan(CallPlan(None, remarks=(Remark("OC306", {"reason": reason}),)))


def _plan_warmup(
    context: FileContext, whole: Combination, warmup: Warmup, facts: Mapping[str, Any], base: Piece
) -> CombinedPlan | None:
    """Plan a warmup with another scheduler behind it as one class of the target, if that is right."""
    if len(whole.parts) != 2 or whole.parts[0].api.name != warmup.first:
        return None
    first, rest = whole.parts
    values = context.planner.values(first.bound)
    assumed = warmup.assumes.holds(values)
    row = context.tables.row(rest.api.name)
    arguments = [a.node for name, a in first.bound.arguments.items() if name != OPTIMIZER_PARAMETER]
    fits = (
        warmup.when.holds(values) is True
        and assumed is not False
        and row is not None
        and row.follows
        and all(is_harmless(argument) for argument in arguments)
        and (first.holder is None or may_move(context, first, whole.node, whole.parts))
        and _is_same(context, whole.boundaries[0], warmup.length, first)
    )
    if not fits or row is None or (whole.listed is not None and rest.holder is None):
        return None
    place = rest.bound.arguments[OPTIMIZER_PARAMETER].index
    inner = context.planner.plan(rest.bound, row.cases, facts, {"base_lr": replace(base, anchor=place)})
    if inner.case is None:
        return None
    # Only what the class is written from: other parameters, such as last_epoch, are those of the whole.
    read = {name for e in warmup.case.arguments.values() for name in e.names} & set(
        first.bound.signature.names
    )
    pieces = {
        name: replace(
            context.planner.piece(name, first.bound), anchor=_place(whole, name in warmup.length.names)
        )
        for name in read
    }
    pieces["base_lr"] = replace(base, anchor=None)
    pieces["rest"] = Piece(
        context.source.of(rest.entry), rest.entry, whole.bound.arguments[whole.combine.schedulers].index
    )
    case = _with_arguments(_own_case(context, whole), warmup.case.to, warmup.case.arguments)
    known = {name: value for name, value in values.items() if name in read}
    plan = context.planner.plan(whole.bound, [case], {**known, **facts}, pieces)
    if plan.case is None:
        return None
    if assumed is None:
        fields: dict[str, str | Text] = {"condition": describe(warmup.assumes), "note": warmup.assume}
        plan = replace(plan, remarks=(*plan.remarks, Remark("OC103", fields)))
    written = {**warmup.case.arguments, "": warmup.when}
    remarks = dropped_arguments(first, written, whole.combine.resume)
    gone = Construction(first.node, first.api, CallPlan(case, remarks=remarks), absorbed=True)
    removed = [s for s in (first.holder, whole.listed) if s is not None]
    return CombinedPlan(plan, (gone, Construction(rest.node, rest.api, inner)), tuple(removed))


def _place(whole: Combination, is_length: bool) -> int | None:
    """Return whose place an argument takes: the length that of the milestones, any other none."""
    milestones = whole.combine.milestones
    return whole.bound.arguments[milestones].index if is_length and milestones is not None else None


def _own_case(context: FileContext, whole: Combination) -> Case:
    row = context.tables.row(whole.api.name)
    assert row is not None
    return row.cases[-1]


def _with_arguments(case: Case, to: str, arguments: Mapping[str, Expression]) -> Case:
    """Return the case with other arguments; those that are the whole's own (its last epoch) stay."""
    own = {
        keyword: expression
        for keyword, expression in case.arguments.items()
        if keyword not in arguments and expression.text == keyword
    }
    return replace(case, to=to, arguments={**arguments, **own})


def _is_same(context: FileContext, boundary: ast.expr, length: Expression, part: Part) -> bool:
    """Return whether the milestone and the part's length are provably the same number."""
    value = length.evaluate(context.planner.values(part.bound))
    known = known_value(boundary, context.scopes)
    if value is not UNKNOWN and known is not UNKNOWN:
        return type(value) is type(known) and bool(value == known)
    argument = part.bound.arguments.get(length.text)
    return (
        argument is not None and ast.dump(argument.node) == ast.dump(boundary) and is_harmless(argument.node)
    )


def _plan_function(
    context: FileContext, whole: Combination, facts: Mapping[str, Any], base: Piece
) -> CombinedPlan:
    """Plan the rates of all parts as one function of the epoch."""
    writer = FunctionWriter(context, whole, facts, base)
    texts = []
    for number, part in enumerate(whole.parts):
        factor = writer.factor(number, part)
        if factor is None:
            line = context.line(part.node)
            return _declined(message("combined_schedulers.no_factor", part=part.api.short_name, line=line))
        texts.append(writer.text(number, part, factor))
    if writer.problem is not None:
        return CombinedPlan(CallPlan(None, remarks=(writer.problem,)))
    combined = parse_expression(f"lambda {EPOCH}: {writer.joined(texts)}")
    case = _own_case(context, whole)
    arguments = {
        keyword: combined if expression.text == _COMBINED else expression
        for keyword, expression in case.arguments.items()
    }
    plan = context.planner.plan(
        whole.bound,
        [replace(case, arguments=arguments)],
        facts,
        {**writer.pieces, **_optimizer_of(context, whole), "base_lr": base},
    )
    if plan.case is None:
        return CombinedPlan(plan)
    plan = replace(plan, remarks=(*plan.remarks, *_doubts(context, whole)))
    removed = (whole.listed,) if whole.listed is not None else ()
    return CombinedPlan(
        plan, tuple(replace(p, plan=replace(p.plan, case=case)) for p in writer.parts), removed
    )


def _optimizer_of(context: FileContext, whole: Combination) -> dict[str, Piece]:
    """Return what stands for the optimizer where the whole is not given one: that of its parts."""
    if whole.optimizer is None or OPTIMIZER_PARAMETER in whole.bound.arguments:
        return {}
    place = whole.bound.arguments[whole.combine.schedulers].index
    return {OPTIMIZER_PARAMETER: piece_of(context.source, whole.optimizer, place)}


def _doubts(context: FileContext, whole: Combination) -> list[Remark]:
    """Say of milestones that may have a fraction that the source framework never reaches them then."""
    for boundary in whole.boundaries:
        if not is_whole_number(boundary, context.scopes):
            shown = shortened(context.source.of(boundary))
            condition = message("combined_schedulers.whole_milestone", milestone=shown)
            note = message("combined_schedulers.milestone_never_reached")
            return [Remark("OC202", {"condition": condition, "note": note})]
    return []
