"""Subclasses of schedulers for a target whose base class works the same way: only the base is exchanged.

What a class may override, and how attributes of the base class are read that are of another type there, is
said by the tables.
"""

from __future__ import annotations

import ast

from optconv.converter.compose import compose, piece_of
from optconv.converter.file_context import FileContext
from optconv.converter.subclass_rates import ClassEdits, OtherShapeError
from optconv.converter.subclass_shape import is_super, methods_of, self_attributes
from optconv.mappings import message
from optconv.mappings.schema import KeptSubclass, SourceApi

_CONSTRUCTOR = "__init__"


def inspect_kept(
    context: FileContext, node: ast.ClassDef, base: SourceApi, rules: KeptSubclass
) -> ClassEdits:
    """Return the edits that a class needs. Raises `OtherShapeError` when it cannot stay as it is."""
    methods = methods_of(node)
    if rules.computes not in methods:
        raise OtherShapeError(message("subclass_shape.lacks", name=rules.computes))
    free = {_CONSTRUCTOR, rules.computes, *rules.overrides}
    for name in methods.keys() - free:
        known = name in rules.reserved or context.tables.source_member(base, name) is not None
        if known or name.startswith("__"):
            raise OtherShapeError(message("subclass_shape.overrides", name=name))
    _check_super(context, node)
    return _read_differently(context, node, base, rules, frozenset(methods))


def _check_super(context: FileContext, node: ast.ClassDef) -> None:
    """``super()`` may only hand the constructor's arguments on."""
    for part in ast.walk(node):
        if is_super(part):
            method = context.scopes.parents[part]
            name = method.attr if isinstance(method, ast.Attribute) else "super"
            if name != _CONSTRUCTOR:
                raise OtherShapeError(message("subclass_shape.uses_attribute", name=name))


def _read_differently(
    context: FileContext,
    node: ast.ClassDef,
    base: SourceApi,
    rules: KeptSubclass,
    methods: frozenset[str],
) -> ClassEdits:
    attributes = list(self_attributes(context, node))
    stored = {attribute.attr for attribute in attributes if not isinstance(attribute.ctx, ast.Load)}
    for name in sorted(stored):
        if name in rules.reserved or context.tables.source_member(base, name) is not None:
            raise OtherShapeError(message("subclass_shape.name_taken", name=name))
    edits = ClassEdits()
    for attribute in attributes:
        if attribute.attr in rules.reads:
            piece = piece_of(context.source, attribute.value)
            text = compose(rules.reads[attribute.attr], {"self": piece})
            edits.replaced.append((context.source.span(attribute), text))
            edits.references.append(context.source.span(attribute))
            edits.handled.add(attribute)
        elif attribute.attr in rules.same:
            edits.references.append(context.source.span(attribute))
        elif attribute.attr not in stored | methods:
            raise OtherShapeError(message("subclass_shape.uses_attribute", name=attribute.attr))
    return edits
