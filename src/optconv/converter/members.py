"""Plans methods and attributes of optimizers and schedulers, wherever the kind of the object is known."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.converter.added_groups import remove_call
from optconv.converter.attributes import (
    INDEX,
    NOT_CALLED,
    attribute_obstacle,
    convert_attribute,
    index_of,
    item_of,
    read_through,
)
from optconv.converter.before import cannot_precede, write_before
from optconv.converter.binding import CannotBindError, bind
from optconv.converter.call_plan import CallPlan, Remark
from optconv.converter.compose import Piece
from optconv.converter.conventional_names import is_conventional, say_by_name, values_by_name
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.group_access import convert_group_access
from optconv.converter.kinds import Values
from optconv.converter.models import model_of
from optconv.converter.other_objects import is_other_object
from optconv.converter.rewrite import rewrite_call
from optconv.converter.schedule_facts import have_fractions
from optconv.converter.source import Span, shortened
from optconv.converter.surroundings import steps_several
from optconv.converter.update_counts import in_step, means_the_same
from optconv.converter.written_already import is_in_forward_pass
from optconv.mappings import Text
from optconv.mappings.expressions import UNKNOWN, parse_expression
from optconv.mappings.schema import Case, Member, SourceApi, SourceMember

_BUILT_ELSEWHERE = Text(
    "the target's optimizer counts its updates itself, and the scheduler is built elsewhere, so it cannot be"
    " seen whether the optimizer has its schedule; if it has, leave the call out",
    "更新次数由目标框架的优化器自己计数，而该调度器在别处构造，看不出优化器是否带有它的调度；若有，请去掉该调用",
)
_OPTIMIZER = "optimizer"  # what the tables call the optimizer of a scheduler,
_IN_STEP = "in_step"  # and that its count of updates belongs to the same step as the scheduler
_NO_OPTIMIZER = Text(
    "it is read from the optimizer in the target, and which one that is cannot be seen here",
    "在目标框架中它从优化器读取，而此处看不出是哪个优化器",
)
_MAYBE_OTHER = Text(
    "`{receiver}` may also hold something that the tool cannot follow, so `{member}` was left",
    "`{receiver}` 也可能是工具无法跟踪的其他对象，因此 `{member}` 保持不变",
)
_UNKNOWN_SCALER = Text(
    "not converted: cannot tell what `{receiver}` is; if it is a gradient scaler, `{member}` needs a look",
    "未转换：无法判断 `{receiver}` 是什么；如果它是梯度缩放器，`{member}` 需要人工检查",
)
_DIFFERENT = Text(
    "`{receiver}` can be of several classes, whose `{member}` is written differently",
    "`{receiver}` 可能属于多个类，它们的 `{member}` 写法不同",
)
_ONE_OF_SEVERAL = Text(
    "it reads the entry of one parameter group among several, and the target knows the base rate only",
    "此处读取多个参数组中某一组的值，而目标框架只知道基准学习率",
)


def plan_member(context: FileContext, node: ast.Attribute) -> None:
    """Convert or decline one attribute access, if it is one of an optimizer or a scheduler."""
    if node in context.handled:
        return
    if context.names.meaning(node.value).names & context.tables.known_names:
        return  # part of the name of a module or a class
    values = context.kinds.values(node.value)
    if not values.instances:
        values = model_of(context, node) or values
    doubtful = values.unknown and not context.left(values.instances) and _is_worth_a_word(context, node)
    named = values_by_name(context, node) if doubtful else None
    if named is not None:
        first = len(context.references)
        _plan_known(context, node, named)
        say_by_name(context, node, first)
    elif values.instances:
        _plan_known(context, node, values)
    elif _is_worth_a_word(context, node):
        _decline_unknown(context, node)


def _plan_known(context: FileContext, node: ast.Attribute, values: Values) -> None:
    known = _source_member(context, values, node.attr)
    if known is None:
        return  # an attribute of the user's own
    owner, member = known
    api = f"{owner.name}.{node.attr}"
    left = context.left(values.instances)
    if left:
        fields = {"name": _receiver(context, node), "line": context.line(left[0])}
        context.decline(node, api, "OC102", **fields)
        return
    rows = [context.tables.member(i.api, node.attr) for i in values.instances]
    bare = _is_bare(context, node)
    if values.unknown and bare and _means_the_same(rows[0], member):
        return  # whatever else it may be, nothing is to be changed
    alike = all(row is not None and row.cases and _means_the_same(row, member) for row in rows)
    same = all(row is rows[0] for row in rows) or (bare and alike)
    if values.unknown or not same:
        reason = (_MAYBE_OTHER if values.unknown else _DIFFERENT).format(
            receiver=_receiver(context, node), member=node.attr
        )
        context.decline(node, api, "OC204", reason=reason)
    elif rows[0] is None:
        context.decline(node, api, "OC301", api=api, target=context.tables.target.title)
    elif _is_in_converted_step(context, node, rows[0]) or read_through(
        context, node, api, rows[0], _facts(context, values, node.attr)
    ):
        return
    elif (obstacle := attribute_obstacle(context, node, api, rows[0], values)) is not None:
        context.settle(node, api, [obstacle], converted=False)
    else:
        _convert(context, node, api, rows[0], member, _facts(context, values, node.attr))


def _is_in_converted_step(context: FileContext, node: ast.Attribute, row: Member) -> bool:
    """Return whether a member stands in the forward pass of a step that an earlier run has written."""
    step = context.tables.training_step if row.training_step else None
    return step is not None and is_in_forward_pass(context.scopes, context.names, node, step.gradients)


def _decline_unknown(context: FileContext, node: ast.Attribute) -> None:
    """Say that a member needs a look if the object is what has such a member."""
    fields: dict[str, str | Text] = {"receiver": _receiver(context, node), "member": node.attr}
    of_scalers = node.attr in context.tables.scaler_members
    remark = Remark("OC205", fields, _UNKNOWN_SCALER.format(**fields) if of_scalers else None)
    context.settle(node, f"{context.tables.source_module}.*.{node.attr}", [remark], converted=False)


def plan_getattr(context: FileContext, call: ast.Call) -> None:
    """Say that ``getattr(optimizer, "zero_grad")`` needs a hand where the member has another name."""
    match call:
        case ast.Call(func=ast.Name(id="getattr"), args=[node, ast.Constant(value=str(name)), *_]):
            values = context.kinds.values(node)
            if name in context.tables.changed_members and values.kind and not context.left(values.instances):
                api = f"{context.tables.source_module}.*.{name}"
                context.decline(call, api, "OC306", reason=NOT_CALLED.format(member=name))


def _is_worth_a_word(context: FileContext, node: ast.Attribute) -> bool:
    """Return whether an object that could not be followed may be an optimizer or a scheduler.

    The name of the member says so, or the name of the object does; never more than a warning follows.
    """
    if context.kinds.functions.is_self(node.value) or is_other_object(context, node):
        return False
    if isinstance(node.value, ast.Attribute) and _source_member(
        context, context.kinds.values(node.value.value), node.value.attr
    ):
        return False  # it was said of the attribute that leads to it
    if node.attr in context.tables.telling_members:
        return True
    return node.attr in context.tables.changed_members and is_conventional(node.value)


def _receiver(context: FileContext, node: ast.Attribute) -> str:
    return shortened(context.source.of(node.value))


def _source_member(context: FileContext, values: Values, name: str) -> tuple[SourceApi, SourceMember] | None:
    for instance in sorted(values.instances, key=lambda i: i.api.name):
        found = context.tables.source_member(instance.api, name)
        if found is not None:
            return found
    return None


def _is_bare(context: FileContext, node: ast.Attribute) -> bool:
    """Return whether the member is not called with arguments."""
    call = context.scopes.parents[node]
    return not (isinstance(call, ast.Call) and call.func is node and (call.args or call.keywords))


def _means_the_same(row: Member | None, member: SourceMember) -> bool:
    """Return whether the member, called without arguments, is written in the target as in the source."""
    if row is None or row.items or row.training_step:
        return False
    defaults = member.signatures[0].signature.parameters if member.signatures else ()
    values = {p.name: parse_expression(p.default).evaluate({}) for p in defaults if p.default is not None}
    values["fraction"] = False
    return all(
        case.to.rpartition(".")[2] == member.name
        and not any(d.when is None or d.when.holds(values) is not False for d in case.differs)
        for case in row.cases
    )


def _facts(context: FileContext, values: Values, member: str) -> dict[str, Any]:
    """Return the values of the reserved names of conditions for the object of a member."""
    built = context.built(values.instances)
    if values.kind == "scaler":
        return {"several_optimizers": steps_several(context, values, member)}
    facts = {name: context.joined(values, name) for name in ("own_rates", "single_group", "ratios")}
    if any(construction.own_rates is True for construction in built):
        facts["own_rates"] = True  # of one of several objects: what must not be done to it, must not be done
    elif facts["own_rates"] is UNKNOWN and built and len(built) == len(values.instances):
        facts["own_rates"] = False  # the doubt has been said where the optimizer was built
    return {**facts, "scheduled": any(construction.scheduled for construction in built)}


def _convert(
    context: FileContext,
    node: ast.Attribute,
    api: str,
    row: Member,
    member: SourceMember,
    facts: dict[str, Any],
) -> None:
    if row.items:
        convert_group_access(context, node, api, row, facts)
        return
    call = context.scopes.parents[node]
    if row.implied:
        _leave_out(context, node, api)
        return
    if row.adds_group is not None:
        if call in context.folded and isinstance(call, ast.Call):
            remove_call(context, call)
            context.settle(call, api, [])
        else:
            context.decline(node, api, "OC306", reason=row.adds_group.otherwise)
        return
    if not isinstance(call, ast.Call) or call.func is not node:
        convert_attribute(context, node, api, row, member, facts)
        return
    try:
        bound = bind(call, member.signatures)
    except CannotBindError as error:
        context.decline(call, api, "OC204", reason=error.reason)
        return
    receiver = Piece(context.source.of(node.value), node.value)
    pieces = {"self": receiver}
    if _OPTIMIZER in {name for case in row.cases if case.expression for name in case.expression.names}:
        held = _optimizer_of(context, call, node.value)
        if held is None:
            context.decline(call, api, "OC306", reason=_NO_OPTIMIZER)
            return
        pieces[_OPTIMIZER], facts = Piece(context.source.of(held[1])), {**facts, _IN_STEP: held[2]}
    item = item_of(context, call, facts, row)
    parent = context.scopes.parents[call]
    entry = row.cases[0].item
    if item is None and entry is not None and INDEX not in entry.names and isinstance(parent, ast.Subscript):
        context.decline(call, api, "OC306", reason=_ONE_OF_SEVERAL)
        return
    facts = {
        **facts,
        "whole_list": item is None,
        "subscripted": isinstance(parent, ast.Subscript) and parent.value is call,
        "optimizer_restored": context.optimizer_restored,
        "fraction": have_fractions(context, call.args),
    }
    plan = context.planner.plan(bound, row.cases, facts, pieces)
    if plan.case is not None and plan.case.expression is not None:
        _write_expression(context, call, plan, pieces, item)
    elif plan.case is not None:
        problem = cannot_precede(context, node, call, plan.case)
        if problem is not None:
            context.decline(call, api, "OC306", reason=problem)
            return
        if plan.case.before is not None:  # first: of two edits of the same text the first is the outer one
            write_before(context, call, bound, plan.case.before)
        _write_call(context, node, call, plan, plan.case)
    context.settle(call, api, plan.remarks, converted=not plan.declined)


def _leave_out(context: FileContext, node: ast.Attribute, api: str) -> None:
    """Leave out what the target's optimizer does by itself; only where the schedule is certainly its own."""
    values, call, statement = (
        context.kinds.values(node.value),
        context.scopes.parents[node],
        context.scopes.statement(node),
    )
    built = context.built(values.instances)
    if not (isinstance(statement, ast.Expr) and statement.value is call and isinstance(call, ast.Call)):
        context.decline(node, api, "OC306", reason=NOT_CALLED.format(member=node.attr))
    elif len(built) < len(values.instances) or any(construction.counted is None for construction in built):
        context.decline(node, api, "OC306", reason=_BUILT_ELSEWHERE)
    else:
        context.remove_statement(statement)
        context.settle(call, api, [])


def _optimizer_of(
    context: FileContext, call: ast.Call, scheduler: ast.expr
) -> tuple[ast.Call, ast.expr, Any] | None:
    """Return the optimizer of a schedule over its updates: its construction, its name, and `in_step`."""
    built = context.built(context.kinds.values(scheduler).instances)
    counted = built[0].counted if len(built) == 1 else None
    if counted is None or not means_the_same(context, counted[1], call):
        return None
    return *counted, in_step(context, call, built[0].node, counted[0])


def _write_expression(
    context: FileContext,
    call: ast.Call,
    plan: CallPlan,
    pieces: Mapping[str, Piece],
    item: ast.Subscript | None,
) -> None:
    """Write another expression in place of the call."""
    case = plan.case
    assert case is not None
    assert case.expression is not None
    if item is not None and case.item is not None:
        context.replace_composed(item, case.item, {**pieces, "index": index_of(context, item)})
    else:
        context.replace_composed(call, case.expression, pieces)


def _write_call(
    context: FileContext, node: ast.Attribute, call: ast.Call, plan: CallPlan, case: Case
) -> None:
    name = case.to.rpartition(".")[2]
    target = context.tables.target_api(case.to)
    names = target.signature.names if target else ()
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    same = len(plan.arguments) == len(arguments) and all(
        planned.verbatim
        and planned.anchor == i
        and (_keyword_of(call, arguments[i]) == planned.keyword or names[i : i + 1] == (planned.keyword,))
        for i, planned in enumerate(plan.arguments)
    )
    whole = context.source.span(call)
    end = context.source.span(node).end
    attribute = Span(end - len(node.attr), end)
    if same:
        if name != node.attr:
            context.edits.replace(attribute, name)
        return
    if not arguments and context.source.text[end : whole.end].replace(" ", "") == "()":
        added = ", ".join(f"{a.keyword}={a.text}" for a in plan.arguments)
        context.edits.replace(Span(attribute.start, whole.end), f"{name}({added})")
        return
    before = Span(whole.start, attribute.start)  # the object with its parentheses, and the dot

    def make(render: Render) -> str:
        written = [argument.written(render) for argument in plan.arguments]
        return rewrite_call(
            render(whole),
            f"{render(before)}{name}",
            written,
            context.source.newline,
            context.column(whole.start),
        )

    context.edits.replace(whole, make)


def _keyword_of(call: ast.Call, value: ast.expr) -> str | None:
    return next((keyword.arg for keyword in call.keywords if keyword.value is value), None)
