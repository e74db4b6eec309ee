"""Finds optimizers over the same parameters, of which one has groups whose options stay on the parameters."""

from __future__ import annotations

import ast

from optconv.converter.branches import exclusive
from optconv.converter.call_plan import Remark
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.group_dicts import GROUP_ENTRY
from optconv.converter.tree_index import position_of
from optconv.converter.values import known_value


def shared_parameters(context: FileContext, construction: Construction) -> list[Remark]:
    """Return what is to be said of a construction whose parameters visibly belong to another one, too."""
    for other in context.constructions.values():
        if not (other.groups or construction.groups):  # nothing that could stay: so it is with most pairs
            continue
        if other.api.kind != construction.api.kind or not other.converted or other.node is construction.node:
            continue
        earlier, later = sorted((other, construction), key=lambda c: position_of(c.node))
        keeper = _keeper(context, earlier, later)
        staying = context.tables.staying_options(keeper.api) if keeper is not None else None
        if staying is not None and _have_common_parameters(context, earlier, later):
            return [Remark("OC201", {"note": staying.note})]
    return []


def _keeper(context: FileContext, earlier: Construction, later: Construction) -> Construction | None:
    """Return the one whose groups' options rule the other."""
    if exclusive(context.scopes, earlier.node, later.node):
        return None
    if not later.groups:
        return earlier if _leaves_options(context, earlier, later) else None
    if not _is_used_after(context, earlier, later):
        return None
    pairs = ((later, earlier), (earlier, later))
    return next((keeper for keeper, other in pairs if _leaves_options(context, keeper, other)), None)


def _leaves_options(context: FileContext, keeper: Construction, other: Construction) -> bool:
    """Return whether the groups of one give their parameters something that the other one does not have."""
    staying = context.tables.staying_options(keeper.api)
    if staying is None or not keeper.groups:
        return False
    rate = context.tables.rate_name
    if rate in staying.options and keeper.own_rates is True:
        return True
    for option in staying.options - {rate}:
        left = [*_given(keeper, option), *(group[option] for group in keeper.groups if option in group)]
        own = _given(other, option)
        expected = known_value(own[0], context.scopes) if own else 0
        for value in left:
            alike = bool(own) and ast.unparse(value) == ast.unparse(own[0])
            if not alike and known_value(value, context.scopes) != expected:
                return True
    return False


def _given(construction: Construction, option: str) -> list[ast.expr]:
    return [keyword.value for keyword in construction.node.keywords if keyword.arg == option]


def _is_used_after(context: FileContext, earlier: Construction, later: Construction) -> bool:
    """Return whether the earlier optimizer has another name than the later one, and is used behind it."""
    names = [_target(context, construction) for construction in (earlier, later)]
    if names[0] is None or names[0] == names[1]:
        return False
    place = position_of(later.node)
    loaded = (a for a in context.scopes.attributes if isinstance(a.ctx, ast.Load))
    uses: list[ast.expr] = [*context.scopes.names, *loaded]
    return any(position_of(use) > place and ast.unparse(use) == names[0] for use in uses)


def _target(context: FileContext, construction: Construction) -> str | None:
    statement = context.scopes.statement(construction.node)
    if isinstance(statement, ast.Assign) and statement.value is construction.node:
        return ast.unparse(statement.targets[0])
    return None


def _have_common_parameters(context: FileContext, first: Construction, second: Construction) -> bool:
    """Return whether both visibly optimize some of the same parameters."""
    return any(
        _is_part(context, one, other) or _is_part(context, other, one)
        for one in _owners(context, first)
        for other in _owners(context, second)
    )


def _owners(context: FileContext, construction: Construction) -> list[ast.expr]:
    """Return what the parameters are taken from: ``model`` of ``model.parameters()``, or a list of them."""
    held = [group[GROUP_ENTRY] for group in construction.groups if GROUP_ENTRY in group]
    if not construction.groups and construction.params is not None:
        held = [construction.params]
    iterators = context.tables.idioms.parameter_iterators
    owners: list[ast.expr] = []
    for expression in held:
        taken = [
            part.func.value
            for part in ast.walk(expression)
            if isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in iterators
        ]
        plain = isinstance(expression, (ast.Name, ast.Attribute, ast.Subscript))
        owners += taken or ([expression] if plain else [])
    return owners


def _is_part(context: FileContext, part: ast.expr, whole: ast.expr) -> bool:
    """Return whether ``part`` is ``whole`` or something of it, by name, and the name means the same."""
    text, other = ast.unparse(part), ast.unparse(whole)
    if text != other and not text.startswith((f"{other}.", f"{other}[")):
        return False
    scopes = context.scopes
    one, two = _root(part), _root(whole)
    if one is None or two is None:
        return False
    if context.kinds.functions.is_self(one) and context.kinds.functions.is_self(two):
        return context.kinds.functions.class_around(one) is context.kinds.functions.class_around(two)
    if scopes.lookup(one.id, one) is not scopes.lookup(two.id, two):
        return False
    return {id(b) for b in scopes.reaching(one.id, one)} == {id(b) for b in scopes.reaching(two.id, two)}


def _root(node: ast.expr) -> ast.Name | None:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node if isinstance(node, ast.Name) else None
