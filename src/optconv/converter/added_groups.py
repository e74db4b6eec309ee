"""Parameter groups that are added right behind the construction of an optimizer: it is built with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from optconv.converter.binding import CannotBindError, bind
from optconv.converter.file_context import FileContext
from optconv.converter.group_dicts import DictNode, is_dict_display, read_groups
from optconv.converter.source import Span
from optconv.converter.values import is_pure
from optconv.mappings.schema import SourceApi


@dataclass(frozen=True)
class AddedGroup:
    """One call that adds a group: the dictionary, and its entries."""

    call: ast.Call
    group: DictNode
    entries: Mapping[str, ast.expr]


def added_groups(context: FileContext, node: ast.Call, api: SourceApi) -> list[AddedGroup]:
    """Return the groups that the statements right behind a construction add to the optimizer."""
    statement = context.scopes.statement(node)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return []
    receiver = ast.unparse(statement.targets[0])
    found = []
    for following in _behind(context, statement):
        added = _added(context, following, receiver, api)
        if added is None:
            break
        found.append(added)
    return found if found and _are_sure(context, node, found) else []


def gets_other_groups(context: FileContext, node: ast.Call, api: SourceApi, added: list[AddedGroup]) -> bool:
    """Return whether the optimizer gets groups in other places, too."""
    rows = {name: context.tables.member(api, name) for name in context.tables.member_names}
    adding = {name for name, row in rows.items() if row is not None and row.adds_group is not None}
    calls = {id(group.call.func) for group in added}
    for attribute in context.scopes.attributes:
        if attribute.attr in adding and id(attribute) not in calls:
            values = context.kinds.values(attribute.value)
            if any(instance.construction is node for instance in values.instances):
                return True
    return False


def quote_of(context: FileContext, added: list[AddedGroup]) -> str:
    """Return the quotes that the keys of the groups are written in."""
    keys = (group.group.keys[0] for group in added if isinstance(group.group, ast.Dict))
    return next((context.source.of(key)[0] for key in keys if key is not None), '"')


def _behind(context: FileContext, statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield what runs next behind a statement, also behind the ``if`` that it ends a branch of."""
    siblings = context.scopes.siblings(statement)
    behind = siblings[siblings.index(statement) + 1 :]
    outer = context.scopes.outer_statement(statement)
    if not behind and isinstance(outer, ast.If):
        yield from _behind(context, outer)
    yield from behind


def _added(context: FileContext, statement: ast.stmt, receiver: str, api: SourceApi) -> AddedGroup | None:
    """Return the group that a statement adds, when it does nothing else and the group can be seen."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr=name)) as call):
            row = context.tables.member(api, name)
            known = context.tables.source_member(api, name)
            if row is None or row.adds_group is None or known is None or ast.unparse(holder) != receiver:
                return None
            try:
                group = bind(call, known[1].signatures).arguments[row.adds_group.parameter].node
            except CannotBindError:
                return None
            if not isinstance(group, (ast.Dict, ast.Call)) or not is_dict_display(group):
                return None
            (read,) = read_groups([group], context.scopes)
            if read is None or read.parts:
                return None
            return AddedGroup(call, group, read.own)
    return None


def _are_sure(context: FileContext, node: ast.Call, found: list[AddedGroup]) -> bool:
    """Return whether every object that gets the groups is built right in front of them, this one among it."""
    for added in found:
        assert isinstance(added.call.func, ast.Attribute)
        values = context.kinds.values(added.call.func.value)
        built = {instance.construction for instance in values.instances}
        if values.unknown or node not in built:
            return False
        if len(built) > 1 and not all(is_pure(value) for value in added.entries.values()):
            return False
        span = context.source.span(added.call)
        if any(span.start <= offset < span.end for offset, _ in context.comments):
            return False
        first = context.scopes.statement(found[0].call)
        if any(c is None or not _leads_to(context, c, first) for c in built):
            return False
    return True


def _leads_to(context: FileContext, node: ast.Call, first: ast.stmt) -> bool:
    statement = context.scopes.statement(node)
    return isinstance(statement, ast.Assign) and next(_behind(context, statement), None) is first


def remove_call(context: FileContext, call: ast.Call) -> None:
    """Remove the statement of a call that is part of the construction now; a comment behind it stays."""
    statement = context.scopes.statement(call)
    source = context.source
    span = source.span(statement)
    start = source.line_start(source.line_of(span.start))
    end = source.line_end(span.end)
    behind = source.text[span.end : end].strip()
    if source.text[start : span.start].strip() or (behind and not behind.startswith("#")):
        context.edits.replace(span, "pass")
    elif behind:
        context.edits.replace(Span(span.start, source.text.index("#", span.end)), "")
    else:
        context.edits.replace(Span(start, min(end + len(source.newline), len(source.text))), "")
