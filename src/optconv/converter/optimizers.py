"""Plans the construction of optimizers, their parameter groups among it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.call_plan import CallPlan, Remark, coerce
from optconv.converter.compose import CannotComposeError, Piece, compose
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.parameters import Parameters, inspect_parameters
from optconv.converter.values import is_pure, known_value
from optconv.mappings import Text
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import Case, Row, SourceApi

GROUP_ENTRY = "params"  # the key of a parameter group that holds its parameters, and the first parameter


def plan_optimizer(context: FileContext, node: ast.Call, api: SourceApi) -> Construction:
    """Decide what becomes of one optimizer construction, and say it."""
    row = context.tables.row(api.name)
    if row is None or not row.cases:
        remark = Remark("OC301", {"api": api.name, "target": context.tables.target.title})
        return _settle(context, Construction(node, api, CallPlan(None, remarks=(remark,))))
    try:
        bound = bind(node, api.signatures)
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
    parameters = inspect_parameters(params.node, context.scopes) if params else Parameters("unknown")
    groups = [_group_entries(group) for group in parameters.groups]
    own_rates = _own_rates(context.tables.rate_name, parameters, groups)
    rate_name = context.tables.rate_name
    rate = bound.arguments.get(rate_name)
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
    facts = context.facts(own_rates)
    plan = context.planner.plan(bound, row.cases, facts, {}, group_values=known_groups)
    single = {"tensors": True, "groups": len(groups) == 1, "unknown": UNKNOWN}[parameters.shape]
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
        fields = {"argument": _shown(context, params.node), "keys": _changed_keys(plan.case, rate_name)}
        remarks.append(Remark("OC203", fields))
    problem = _convert_groups(context, bound, plan.case, parameters.groups, groups, base)
    if problem is not None:
        construction.plan = CallPlan(None, remarks=(problem,))
        return construction
    construction.plan = CallPlan(plan.case, plan.arguments, tuple(remarks))
    return construction


def _group_entries(group: ast.Dict | ast.Call) -> dict[str, ast.expr] | None:
    """Return the entries of a group by key, or None when not every key can be read."""
    if isinstance(group, ast.Call):
        if any(keyword.arg is None for keyword in group.keywords):
            return None
        return {keyword.arg: keyword.value for keyword in group.keywords if keyword.arg}
    entries = {}
    for key, value in zip(group.keys, group.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return None
        entries[key.value] = value
    return entries


def _own_rates(
    rate_name: str, parameters: Parameters, groups: Sequence[Mapping[str, ast.expr] | None]
) -> Any:
    """Return whether a group has a learning rate of its own; `UNKNOWN` when that cannot be seen."""
    if parameters.shape == "tensors":
        return False
    if any(entries is not None and rate_name in entries for entries in groups):
        return True
    return UNKNOWN if parameters.shape == "unknown" or None in groups else False


def _shown(context: FileContext, node: ast.expr) -> str:
    text = " ".join(context.source.of(node).split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _changed_keys(case: Case, rate_name: str) -> str:
    """Name the keys of a group that mean something else, or nothing, in the target."""
    changed = {
        name
        for keyword, expression in case.arguments.items()
        for name in expression.names
        if name != GROUP_ENTRY and (keyword != expression.text)
    }
    return ", ".join(f"'{name}'" for name in sorted(changed | {rate_name}))


def _convert_groups(
    context: FileContext,
    bound: BoundCall,
    case: Case,
    nodes: Sequence[ast.Dict | ast.Call],
    groups: Sequence[Mapping[str, ast.expr] | None],
    base: Piece,
) -> Remark | None:
    """Edit the dictionaries; return why they cannot be converted, before anything is edited."""
    edits: list[tuple[ast.Dict | ast.Call, str, ast.expr, list[tuple[str, str]]]] = []
    for node, entries in zip(nodes, groups, strict=True):
        if entries is None:
            return Remark("OC204", {"reason": _OPEN_GROUP.format(group=_shown(context, node))})
        for key, value in entries.items():
            try:
                edits.append((node, key, value, _converted_entry(context, bound, case, key, value, base)))
            except (CannotComposeError, _UnsupportedKeyError):
                return Remark("OC302", {"argument": f"'{key}'", "note": _GROUP_KEY})
    for node, key, value, converted in edits:
        _edit_entry(context, node, key, value, converted)
    return None


_OPEN_GROUP = Text(
    "the parameter group `{group}` has keys that cannot be read from the source",
    "参数组 `{group}` 含有源码中读不出的键",
)
_GROUP_KEY = Text(
    "the target has no such option for a single parameter group, or its value would be computed twice",
    "目标框架的单个参数组没有该选项，或其值会被计算两次",
)


class _UnsupportedKeyError(Exception):
    """A key of a parameter group that the case says nothing about."""


def _converted_entry(
    context: FileContext, bound: BoundCall, case: Case, key: str, value: ast.expr, base: Piece
) -> list[tuple[str, str]]:
    """Return the keys and values, as text, that one entry of a group becomes."""
    if key not in bound.signature.names and key != GROUP_ENTRY:
        raise _UnsupportedKeyError(key)
    target = context.tables.target_api(case.to)
    entries = []
    for keyword, general in case.arguments.items():
        if key not in general.names:
            continue
        own_key = key if key == GROUP_ENTRY and general.text == key else keyword
        expression = case.groups.get(keyword, general)
        if base.node is not None and "base_lr" in expression.names and not is_pure(base.node):
            raise CannotComposeError("base_lr")
        pieces = {key: Piece(context.source.of(value), value), "base_lr": base}
        if expression.names - pieces.keys():
            raise _UnsupportedKeyError(key)
        values = {key: known_value(value, context.scopes), "base_lr": _known(context, base)}
        text = compose(expression, pieces, expression.evaluate(values))
        wanted = "list" if key == GROUP_ENTRY else (target.types.get(keyword) if target else None)
        node = value if text == pieces[key].text else None
        entries.append((own_key, coerce(text, wanted, context.scopes, node)))
    if not entries:
        raise _UnsupportedKeyError(key)
    return entries


def _known(context: FileContext, base: Piece) -> Any:
    if base.node is not None:
        return known_value(base.node, context.scopes)
    return known_value(ast.parse(base.text, mode="eval").body, context.scopes)


def _edit_entry(
    context: FileContext,
    node: ast.Dict | ast.Call,
    key: str,
    value: ast.expr,
    entries: list[tuple[str, str]],
) -> None:
    """Replace one entry of a dictionary, keeping the quotes of its key and the space around its colon."""
    own = context.source.of(value)
    if entries == [(key, own)]:
        return
    if isinstance(node, ast.Call):
        keyword = next(k for k in node.keywords if k.arg == key)
        context.replace(keyword, ", ".join(f"{name}={text}" for name, text in entries))  # type: ignore[arg-type]
        return
    key_node = next(k for k in node.keys if isinstance(k, ast.Constant) and k.value == key)
    if key_node is None:
        return
    quoted = context.source.of(key_node)
    value_span = context.span_with_parentheses(value)
    between = context.source.text[context.source.span(key_node).end : value_span.start]
    if len(entries) == 1 and entries[0][1] == own:
        context.replace(key_node, quoted.replace(key, entries[0][0]))
        return
    text = ", ".join(f"{quoted.replace(key, name)}{between}{text}" for name, text in entries)
    span = context.source.span(key_node)
    context.edits.replace(type(span)(span.start, value_span.end), text)
