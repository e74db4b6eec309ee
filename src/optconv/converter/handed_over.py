"""Finds converted optimizers and schedulers that are handed to code of the source framework.

``scaler.step(optimizer)`` of a scaler that stayed in the source framework fails, or worse, with an optimizer
of the target.
"""

from __future__ import annotations

import ast

from optconv.converter.file_context import FileContext
from optconv.converter.other_objects import is_built_by_source, is_foreign_source_call
from optconv.converter.tree_index import arguments_of


def plan_handed_over(context: FileContext) -> None:
    """Give a warning for every converted object that is an argument of a call that stays."""
    if not any(construction.converted for construction in context.constructions.values()):
        return
    candidates = _candidate_names(context)
    led = [call for call in context.scopes.calls if not candidates.isdisjoint(_names_in(call.func))]
    for call in sorted(led, key=lambda c: (c.lineno, c.col_offset)):
        arguments = [
            argument for argument in arguments_of(call) if isinstance(argument, (ast.Name, ast.Attribute))
        ]
        if call in context.constructions:
            continue
        for argument in arguments:
            if _is_converted(context, argument) and _stays(context, call):
                callee = context.source.of(call.func)
                context.say(argument, "OC206", None, name=context.source.of(argument), callee=callee)


def _candidate_names(context: FileContext) -> frozenset[str]:
    """Return the names that can lead to something of the source framework: imports, and what they build."""
    top = context.tables.source_module
    names = {
        name
        for scope in context.scopes.scopes.values()
        for name, bindings in scope.bindings.items()
        for b in bindings
        if b.kind == "import" and b.imported.partition(".")[0] == top
    }
    built: set[str] = set()
    for call in context.scopes.calls:
        parent = context.scopes.parents[call]
        if isinstance(parent, ast.Assign) and _names_in(call.func) & names:
            built |= {name for target in parent.targets for name in _names_in(target)}
    return frozenset(names | built)


def _names_in(node: ast.expr) -> set[str]:
    """Return the names and attributes of a dotted name; ``self`` says nothing and is left out."""
    names = set()
    while isinstance(node, ast.Attribute):
        names.add(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.add(node.id)
    return names - {"self"}


def _stays(context: FileContext, call: ast.Call) -> bool:
    """Return whether a call is one of the source framework, or of a method of an object that is."""
    if is_foreign_source_call(context, call):
        return True
    if not (isinstance(call.func, ast.Attribute) and isinstance(call.func.value, (ast.Name, ast.Attribute))):
        return False
    left = context.left(context.kinds.alone.values(call.func.value).instances)
    return bool(left) or is_built_by_source(context, call.func.value)


def _is_converted(context: FileContext, node: ast.expr) -> bool:
    return any(c.converted for c in context.built(context.kinds.alone.values(node).instances))
