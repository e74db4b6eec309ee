"""One entry of a parameter group in a target that has the groups, too: ``group["lr"]`` read and written."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from optconv.converter.call_plan import Remark
from optconv.converter.compose import Piece, compose
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext, GroupEntry
from optconv.converter.group_items import OPERATORS, TIGHT, GroupUseError, Write
from optconv.converter.group_values import write_as
from optconv.converter.imports import import_beside
from optconv.converter.values import is_pure, known_value
from optconv.converter.written_already import is_written_around, is_written_to
from optconv.mappings import message
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.schema import GroupItem, InPlace, Member

_EQUALITIES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)


def convert_entry(
    context: FileContext, entry: GroupEntry, api: str, row: Member, groups: frozenset[ast.Attribute]
) -> None:
    """Convert or decline one entry that is read or written."""
    item = row.items.get(entry.key)
    try:
        if item is None and _is_an_option(context, entry.key, groups):
            raise GroupUseError(message("group_entries.other_key", key=entry.key))
        if item is not None and item.refuse is not None:
            raise GroupUseError(item.refuse)
        remarks = (
            _convert(context, entry, item, groups) if item is not None and item.in_place is not None else []
        )
    except GroupUseError as error:
        context.decline(entry.node, api, "OC306", reason=error.reason)
        return
    context.settle(entry.node, api, remarks)


def _is_an_option(context: FileContext, key: str, groups: frozenset[ast.Attribute]) -> bool:
    """Return whether a key is one that the source framework's optimizer puts into its groups."""
    apis = [i.api for node in groups for i in context.kinds.values(node.value).instances]
    return any(
        key == parameter.name for api in apis for v in api.signatures for parameter in v.signature.parameters
    )


def _convert(
    context: FileContext, entry: GroupEntry, item: GroupItem, groups: frozenset[ast.Attribute]
) -> list[Remark]:
    assert item.in_place is not None
    facts = _facts(context, entry, groups)
    if isinstance(entry.node, ast.Call) or isinstance(entry.node.ctx, ast.Load):
        if item.in_place.read is not None:
            _read(context, entry, item.in_place)
        return list(context.planner.differences(item.differs, facts))
    statement = _statement_of(context, entry.node)
    for refusal in item.refuse_write:
        if refusal.when is None or refusal.when.holds(facts) is True:
            raise GroupUseError(refusal.note)
    _write(context, entry.node, item.in_place, statement)
    doubts = [refusal for refusal in item.refuse_write if refusal.when and refusal.when.holds(facts) is None]
    written = {**facts, "compared": False}
    return [
        *context.planner.differences(item.differs, written),
        *context.planner.differences(doubts, facts),
    ]


def _read(context: FileContext, entry: GroupEntry, rule: InPlace) -> None:
    """Write how the entry is read around it; ``entry.item()`` reads a number by itself."""
    read, scopes = rule.read, context.scopes
    assert read is not None
    if is_written_around(scopes, entry.node, read, {"entry": Piece(context.source.of(entry.node))}):
        return
    if rule.write is not None and is_written_to(scopes, context.names, entry.node, rule.write):
        return
    parent = context.scopes.parents[entry.node]
    if isinstance(parent, ast.Expr):
        return
    if isinstance(parent, ast.Attribute):
        if parent.attr == "item":
            return
        raise GroupUseError(message("group_entries.used_as_tensor"))
    span = context.source.span(entry.node)
    context.edits.replace(span, lambda render: compose(read, {"entry": Piece(render(span))}))


def _statement_of(context: FileContext, entry: ast.Subscript) -> Write:
    """Return the statement that does nothing but write the entry."""
    statement = context.scopes.parents[entry]
    if isinstance(entry.ctx, ast.Store):
        if isinstance(statement, ast.Assign) and statement.targets == [entry]:
            return statement
        if isinstance(statement, ast.AugAssign) and type(statement.op) in OPERATORS:
            return statement
    raise GroupUseError(message("group_items.other_write"))


def _write(context: FileContext, entry: ast.Subscript, rule: InPlace, statement: Write) -> None:
    if rule.write is None:
        if isinstance(statement, ast.Assign):
            write_as(context, statement.value, rule.type)
        return
    augmented = isinstance(statement, ast.AugAssign)
    if not is_pure(entry.value) and (augmented or not is_pure(statement.value)):
        raise GroupUseError(message("group_entries.computed_twice"))
    assert isinstance(rule.write.tree, ast.Call)  # of a function of the target
    if not import_beside(context, entry, ast.unparse(rule.write.tree.func)):
        raise GroupUseError(message("group_items.no_import"))
    entry_span, value_span = context.source.span(entry), context.source.span(statement.value)
    write = rule.write

    def make(render: Render) -> str:
        written, value = render(entry_span), render(value_span)
        if isinstance(statement, ast.AugAssign):
            old = compose(rule.read, {"entry": Piece(written)}) if rule.read is not None else written
            operand = value if isinstance(statement.value, TIGHT) else f"({value})"
            value = f"{old} {OPERATORS[type(statement.op)]} {operand}"
        elif isinstance(statement.value, (ast.Tuple, ast.Yield)) and not value.startswith("("):
            value = f"({value})"
        module = Piece(context.spelling[entry].partition(".")[0])
        pieces = {"entry": Piece(written), "value": Piece(value), context.tables.target.module: module}
        return compose(write, pieces)

    context.replace_statement(statement, make, kept=[entry_span, value_span])


def _facts(context: FileContext, entry: GroupEntry, groups: frozenset[ast.Attribute]) -> Mapping[str, Any]:
    """Return the values of the names that rules of entries ask for."""
    holders = [context.kinds.values(node.value) for node in groups]
    instances = [instance for values in holders for instance in values.instances]
    built = context.built(instances)
    sources = {instance.api.name for instance in instances}
    targets = {construction.plan.case.to for construction in built if construction.plan.case is not None}
    known = len(built) == len(instances) and not any(values.unknown for values in holders)
    return {
        "made_from": sources.pop() if known and len(sources) == 1 else UNKNOWN,
        "made_into": targets.pop() if known and len(targets) == 1 else UNKNOWN,
        "compared": _compared(context, entry),
    }


def _compared(context: FileContext, entry: GroupEntry) -> Any:
    """Return whether it matters in a comparison that the entry is read with the digits of float32.

    It does where it is tested for equality; where it is smaller or larger than something, it may.
    """
    comparison = context.scopes.parents[entry.node]
    if not isinstance(comparison, ast.Compare):
        return False
    operands = [comparison.left, *comparison.comparators]
    others = [operand for operand in operands if operand is not entry.node]
    if all(_is_short(known_value(other, context.scopes)) or _is_entry(other, entry) for other in others):
        return False
    return True if any(isinstance(op, _EQUALITIES) for op in comparison.ops) else UNKNOWN


def _is_short(value: Any) -> bool:
    """Return whether float32 holds a number: it is a small multiple of a power of two."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 2**20:
        return False
    return float(value * 2**20).is_integer()


def _is_entry(node: ast.expr, entry: GroupEntry) -> bool:
    """Return whether an operand is the same entry of another group: both have the digits of float32."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=key)):
            return bool(key == entry.key)
    return False
