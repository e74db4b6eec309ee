"""How one entry of a parameter group, ``group["lr"]``, is read and written in the target."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from optconv.converter.call_plan import Remark
from optconv.converter.compose import Piece, compose, piece_of, render_pieces
from optconv.converter.edits import Render
from optconv.converter.file_context import FileContext
from optconv.converter.imports import import_beside
from optconv.converter.values import is_pure
from optconv.mappings import Text, message
from optconv.mappings.schema import GroupItem, Member

SINGLE = Text.same("`len(param_groups) == 1`")
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Pow: "**",
}
TIGHT = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript)

Write = ast.Assign | ast.AugAssign


class GroupUseError(Exception):
    """A use of the parameter groups has no counterpart, and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Access:
    """One ``<optimizer>.param_groups``, and what is known of the optimizer."""

    context: FileContext
    node: ast.Attribute
    api: str
    row: Member
    facts: Mapping[str, Any]

    @property
    def receiver(self) -> Piece:
        """Return the optimizer."""
        return piece_of(self.context.source, self.node.value)

    @property
    def single(self) -> bool:
        """Return whether there is certainly one group only."""
        return self.facts["single_group"] is True

    def ratio(self, which: int | None) -> str | None:
        """Return what the rate of a group is as a multiple of the base; None where it cannot be seen."""
        ratios = self.facts["ratios"]
        if which is None or not isinstance(ratios, tuple) or not -len(ratios) <= which < len(ratios):
            return None
        ratio = ratios[which]
        return ratio if isinstance(ratio, str) else None


@dataclass
class Plan:
    """What is to be edited for one use of the groups, and what is to be said; nothing is edited yet."""

    edits: list[Callable[[], None]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def say(self, remarks: Iterable[Remark]) -> None:
        """Add what is to be said, once."""
        self.remarks += [remark for remark in remarks if remark not in self.remarks]


def item_of(access: Access, entry: ast.Subscript) -> GroupItem:
    """Return the rule of the key that ``entry`` reads or writes."""
    key = entry.slice.value if isinstance(entry.slice, ast.Constant) else None
    item = access.row.items.get(key) if isinstance(key, str) else None
    if item is None or item.read is None:
        refusal, shown = item.refuse if item is not None else None, access.context.source.of(entry.slice)
        raise GroupUseError(refusal or message("group_items.other_key", key=shown))
    if not is_pure(access.node.value):
        raise GroupUseError(message("group_items.other_use"))
    return item


def read_text(access: Access, item: GroupItem, which: int | None, receiver: Mapping[str, Piece]) -> str:
    """Return how the entry is read: of the group ``which``, where its ratio to the base is known."""
    ratio = access.ratio(which)
    if ratio not in (None, "1.0") and item.read_ratio is not None:
        return compose(item.read_ratio, {**receiver, "ratio": Piece(str(ratio))})
    assert item.read is not None
    return compose(item.read, receiver)


def read_remarks(access: Access, item: GroupItem, which: int | None) -> list[Remark]:
    """Return what is to be said where the entry is read."""
    if access.ratio(which) is not None:
        return []
    return access.context.planner.differences(item.differs, access.facts)  # type: ignore[return-value]


def plan_read(access: Access, plan: Plan, entry: ast.Subscript, which: int | None, *, silent: bool) -> None:
    """Plan ``group["lr"]`` as a value."""
    item = item_of(access, entry)
    context = access.context
    read = read_text(access, item, which, {"self": access.receiver})
    if context.scopes.parents.get(entry) and _needs_parentheses(context, entry, read):
        read = f"({read})"
    plan.edits.append(lambda: context.replace(entry, read))
    if not silent:
        plan.say(read_remarks(access, item, which))


def _needs_parentheses(context: FileContext, entry: ast.expr, text: str) -> bool:
    """Return whether operators around the entry would tear its new text apart."""
    parsed = ast.parse(text, mode="eval").body
    binding = (ast.BinOp, ast.UnaryOp, ast.Attribute, ast.Subscript, ast.FormattedValue)
    return not isinstance(parsed, TIGHT) and isinstance(context.scopes.parents[entry], binding)


def write_of(access: Access, entry: ast.Subscript) -> Write:
    """Return the statement that does nothing but write the entry."""
    statement = access.context.scopes.parents[entry]
    item = item_of(access, entry)
    if item.write is None:
        if item.refuse_write:  # the table says what to write instead
            raise GroupUseError(item.refuse_write[0].note)
        raise GroupUseError(message("group_items.only_read", key=access.context.source.of(entry.slice)))
    if isinstance(entry.ctx, ast.Store):
        if isinstance(statement, ast.Assign) and statement.targets == [entry]:
            return statement
        if (
            isinstance(statement, ast.AugAssign)
            and statement.target is entry
            and type(statement.op) in OPERATORS
        ):
            return statement
    raise GroupUseError(message("group_items.other_write"))


def plan_write(access: Access, plan: Plan, entry: ast.Subscript, statement: Write) -> None:
    """Plan ``group["lr"] = value`` and ``group["lr"] *= value``."""
    item = item_of(access, entry)
    scaling = is_scaling(statement, entry)
    refusal = _refusal(item, access.facts, scaling=scaling)
    if refusal is not None:
        raise GroupUseError(refusal)
    if not scaling:
        plan.say(access.context.planner.differences(item.differs, access.facts))
    context, node = access.context, access.node
    assert item.write is not None
    module = context.tables.target.module
    names_target = module in item.write.names
    if names_target:
        assert isinstance(item.write.tree, ast.Call)  # of a function of the target
        if not import_beside(context, entry, ast.unparse(item.write.tree.func)):
            raise GroupUseError(message("group_items.no_import"))
    value_span = context.source.span(statement.value)

    def make(render: Render) -> str:
        receiver = render_pieces({"self": access.receiver}, context.source, render)
        value = render(value_span)
        if isinstance(statement, ast.AugAssign):
            assert item.read is not None
            operand = value if isinstance(statement.value, TIGHT) else f"({value})"
            value = f"{compose(item.read, receiver)} {OPERATORS[type(statement.op)]} {operand}"
        elif names_target and isinstance(statement.value, (ast.Tuple, ast.Yield)) and value[:1] != "(":
            value = f"({value})"
        assert item.write is not None
        spelled = {module: Piece(context.spelling[entry].partition(".")[0])} if names_target else {}
        return compose(item.write, {**receiver, **spelled, "value": Piece(value)})

    assert node is not None
    plan.edits.append(lambda: context.replace_statement(statement, make, kept=[value_span]))


def _refusal(item: GroupItem, facts: Mapping[str, Any], *, scaling: bool) -> Text | None:
    """Return why the entry cannot be written here. Scaling keeps the ratios between the groups."""
    refusals = [*item.refuse_write, *(() if scaling else item.refuse_absolute)]
    return next((r.note for r in refusals if r.when is None or r.when.holds(facts) is True), None)


def is_scaling(statement: Write, entry: ast.Subscript) -> bool:
    """Return whether the entry gets a multiple of itself, by a factor that has nothing to do with groups."""
    if isinstance(statement, ast.AugAssign):
        by_factor = isinstance(statement.op, (ast.Mult, ast.Div))
        return by_factor and not _mentions(statement.value, entry.value)
    return _scales(statement.value, entry)


def _scales(value: ast.expr, entry: ast.Subscript) -> bool:
    match value:
        case ast.Subscript():
            return ast.dump(value.value) == ast.dump(entry.value) and ast.dump(value.slice) == ast.dump(
                entry.slice
            )
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            if _scales(left, entry):
                return not _mentions(right, entry.value)
            return _scales(right, entry) and not _mentions(left, entry.value)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _scales(left, entry) and not _mentions(right, entry.value)
    return False


def _mentions(value: ast.expr, group: ast.expr) -> bool:
    """Return whether ``value`` reads the group, or any of the groups it comes from."""
    words = {part.id for part in ast.walk(group) if isinstance(part, ast.Name)}
    words |= {part.attr for part in ast.walk(group) if isinstance(part, ast.Attribute)}
    if isinstance(group, ast.Name):
        words = {group.id}
    return any(
        (isinstance(part, ast.Name) and part.id in words)
        or (isinstance(part, ast.Attribute) and part.attr in words)
        for part in ast.walk(value)
    )
