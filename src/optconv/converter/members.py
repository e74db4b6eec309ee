"""Plans methods and attributes of optimizers and schedulers, wherever the kind of the object is known."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from optconv.converter.added_groups import remove_call
from optconv.converter.attributes import attribute_obstacle, convert_attribute, read_through
from optconv.converter.base_rates import SHARED_RATE, asks_for_shared_rate, shared_rate
from optconv.converter.call_plan import Remark
from optconv.converter.conventional_names import is_conventional, say_by_name, values_by_name
from optconv.converter.file_context import FileContext
from optconv.converter.group_access import convert_group_access
from optconv.converter.member_calls import convert_member_call
from optconv.converter.models import model_of
from optconv.converter.object_values import Values
from optconv.converter.other_objects import is_other_object
from optconv.converter.source import shortened
from optconv.converter.surroundings import steps_several
from optconv.converter.written_already import is_in_forward_pass
from optconv.mappings import message
from optconv.mappings.expressions import UNKNOWN, parse_expression
from optconv.mappings.schema import AddsGroup, Member, SourceApi, SourceMember


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
        reason = message(
            "members.may_be_other" if values.unknown else "members.several_classes",
            receiver=_receiver(context, node),
            member=node.attr,
        )
        context.decline(node, api, "OC204", reason=reason)
    elif rows[0] is None:
        context.decline(node, api, "OC301", api=api, target=context.tables.target.title)
    elif not _is_in_converted_step(context, node, rows[0]):
        _plan_by_row(context, node, api, rows[0], member, values)


def _plan_by_row(
    context: FileContext, node: ast.Attribute, api: str, row: Member, member: SourceMember, values: Values
) -> None:
    """Plan a member of an object whose class is certain."""
    facts = _facts(context, values, node.attr, row)
    if read_through(context, node, api, row, facts):
        return
    obstacle = attribute_obstacle(context, node, api, row, values)
    if obstacle is not None:
        context.settle(node, api, [obstacle], converted=False)
    else:
        _convert(context, node, api, row, member, facts)


def _is_in_converted_step(context: FileContext, node: ast.Attribute, row: Member) -> bool:
    """Return whether a member stands in the forward pass of a step that an earlier run has written."""
    step = context.tables.training_step if row.training_step else None
    return step is not None and is_in_forward_pass(context.scopes, context.names, node, step.gradients)


def _decline_unknown(context: FileContext, node: ast.Attribute) -> None:
    """Say that a member needs a look if the object is what has such a member."""
    receiver, member = _receiver(context, node), node.attr
    remark = Remark("OC205", {"receiver": receiver, "member": member})
    if member in context.tables.scaler_members:
        said = message("members.unknown_scaler", receiver=receiver, member=member)
        remark = replace(remark, message=said)
    context.settle(node, f"{context.tables.source_module}.*.{node.attr}", [remark], converted=False)


def plan_getattr(context: FileContext, call: ast.Call) -> None:
    """Say that ``getattr(optimizer, "zero_grad")`` needs a hand where the member has another name."""
    match call:
        case ast.Call(func=ast.Name(id="getattr"), args=[node, ast.Constant(value=str(name)), *_]):
            values = context.kinds.values(node)
            if name in context.tables.changed_members and values.kind and not context.left(values.instances):
                api = f"{context.tables.source_module}.*.{name}"
                context.decline(call, api, "OC306", reason=message("attributes.not_called", member=name))


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
    for api in values.apis:
        found = context.tables.source_member(api, name)
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


def _facts(context: FileContext, values: Values, member: str, row: Member) -> dict[str, Any]:
    """Return the values of the reserved names of conditions for the object of a member."""
    built = context.built(values.instances)
    if values.kind == "scaler":
        return {"several_optimizers": steps_several(context, values, member)}
    facts = {name: context.joined(values, name) for name in ("own_rates", "single_group", "ratios")}
    if asks_for_shared_rate(row.cases):
        shared = [
            shared_rate(context, own.optimizer, own.rival, doubts_elsewhere=False)
            for own in built
            if own.optimizer is not None
        ]
        facts[SHARED_RATE] = True if True in shared else UNKNOWN if UNKNOWN in shared else False
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
    """Write a member in the way of its kind."""
    call = context.scopes.parents[node]
    if row.items:
        convert_group_access(context, node, api, row, facts)
    elif row.implied:
        _leave_out(context, node, api)
    elif row.adds_group is not None:
        _add_group(context, node, api, row.adds_group)
    elif isinstance(call, ast.Call) and call.func is node:
        convert_member_call(context, node, call, api, row, member, facts)
    else:
        convert_attribute(context, node, api, row, member, facts)


def _add_group(context: FileContext, node: ast.Attribute, api: str, rule: AddsGroup) -> None:
    """Remove what the construction of the optimizer does by now."""
    call = context.scopes.parents[node]
    if call in context.folded and isinstance(call, ast.Call):
        remove_call(context, call)
        context.settle(call, api, [])
    else:
        context.decline(node, api, "OC306", reason=rule.otherwise)


def _leave_out(context: FileContext, node: ast.Attribute, api: str) -> None:
    """Leave out what the target's optimizer does by itself; only where the schedule is certainly its own."""
    values, call, statement = (
        context.kinds.values(node.value),
        context.scopes.parents[node],
        context.scopes.statement(node),
    )
    built = context.built(values.instances)
    if not (isinstance(statement, ast.Expr) and statement.value is call and isinstance(call, ast.Call)):
        context.decline(node, api, "OC306", reason=message("attributes.not_called", member=node.attr))
    elif len(built) < len(values.instances) or any(construction.counted is None for construction in built):
        context.decline(node, api, "OC306", reason=message("members.built_elsewhere"))
    else:
        context.remove_statement(statement)
        context.settle(call, api, [])
