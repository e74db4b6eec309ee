"""Whether a file freezes or unfreezes parameters of a model when an optimizer may have been built already."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.branches import exclusive
from optconv.converter.call_plan import Remark
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.models import asked_models
from optconv.converter.parameter_shapes import yields_parameters
from optconv.converter.tree_index import position_of
from optconv.mappings import message

_DEEPEST = 4
_LOOPS = (ast.For, ast.While, ast.AsyncFor)


def switched_parameters(context: FileContext, construction: Construction) -> list[Remark]:
    """Return what is to be said where parameters of an optimizer may be frozen or unfrozen later."""
    note = context.tables.switched(construction.api)
    if note is None or construction.params is None:
        return []
    given = [construction.params, *(value for group in construction.groups for value in group.values())]
    owners = {ast.unparse(model) for node in given for model in asked_models(context, node)}
    for place in _switches(context):
        if _is_of(context, place, owners) and not _comes_before(context, place, construction.node, 0):
            return [Remark("OC202", {"condition": message("switched_parameters.only_before"), "note": note})]
    return []


def _switches(context: FileContext) -> Iterator[ast.Attribute]:
    """Return ``p.requires_grad`` where it is stored, and ``p.requires_grad_`` where it is called."""
    flags = context.tables.idioms.parameter_flags
    for attribute in context.scopes.attributes:
        stored = attribute.attr in flags and isinstance(attribute.ctx, ast.Store)
        if stored or attribute.attr.removesuffix("_") in flags - {attribute.attr}:
            yield attribute


def _is_of(context: FileContext, place: ast.Attribute, owners: set[str]) -> bool:
    """Return whether a switch is one of parameters of these models: of a loop over them, or of a part."""
    holders = [place.value]
    if isinstance(place.value, ast.Name):
        for binding in context.scopes.reaching(place.value.id, place.value):
            if binding.value is not None and yields_parameters(binding.value, context.tables.idioms):
                holders += asked_models(context, binding.value)
    return any(_is_part(context, holder, owner) for holder in holders for owner in owners)


def _is_part(context: FileContext, holder: ast.expr, owner: str) -> bool:
    """Return whether an expression is a model or something of it; a parameter of a function may be any."""
    if isinstance(holder, ast.Name):
        bindings = context.scopes.reaching(holder.id, holder)
        if any(b.kind == "parameter" for b in bindings) and not context.kinds.functions.is_self(holder):
            return True
    text = ast.unparse(holder)
    return text == owner or text.startswith((f"{owner}.", f"{owner}[")) or owner.startswith(f"{text}.")


def _comes_before(context: FileContext, place: ast.AST, node: ast.Call, depth: int) -> bool:
    """Return whether a switch certainly runs before an optimizer is built, or never with it."""
    functions = context.kinds.functions
    function = functions.function_around(place)
    if function is not functions.function_around(node):
        if not isinstance(function, ast.FunctionDef) or depth > _DEEPEST:
            return False
        calls = functions.calls_to(function)
        return bool(calls) and all(_comes_before(context, call, node, depth + 1) for call in calls)
    around = [a for a in context.scopes.ancestors(place) if isinstance(a, _LOOPS)]
    shared = any(a in around for a in context.scopes.ancestors(node))
    return exclusive(context.scopes, place, node) or (not shared and position_of(place) < position_of(node))
