"""Whether parameters are chosen by their names, or without a look at whether they need a gradient."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.call_plan import Remark
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.model_parameters import asked_with_names
from optconv.mappings import Text, message

_Loop = ast.For | ast.comprehension


def named_parameters(context: FileContext, construction: Construction) -> list[Remark]:
    """Return what is to be said where an optimizer gets parameters that were asked for with their names."""
    note = context.tables.named(construction.api)
    if note is None:
        return []
    found: list[Text] = []
    for call in asked_with_names(context, construction):
        loop = _loop_over(context, call)
        if loop is None or _is_by_name(context, loop):
            found.append(message("named_parameters.same_names"))
        if not _is_filtered(context, call):
            found.append(message("named_parameters.all_trained"))
    return [Remark("OC202", {"condition": text, "note": note}) for text in dict.fromkeys(found)]


def _loop_over(context: FileContext, call: ast.Call) -> _Loop | None:
    """Return the loop or the part of a comprehension that goes through what a call gives."""
    for ancestor in context.scopes.ancestors(call):
        if isinstance(ancestor, (ast.For, ast.comprehension)):
            return ancestor
        if isinstance(ancestor, ast.stmt):
            return None
    return None


def _is_by_name(context: FileContext, loop: _Loop) -> bool:
    """Return whether something in a loop depends on a name: it is compared, asked, or part of a condition."""
    match loop.target:
        case ast.Tuple(elts=[ast.Name(id=name), _]):
            return any(_decides(context, use) for use in _uses(context, loop, name))
        case _:
            return True


def _uses(context: FileContext, loop: _Loop, name: str) -> Iterator[ast.Name]:
    whole = loop if isinstance(loop, ast.For) else context.scopes.parents[loop]
    for node in ast.walk(whole):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node


def _decides(context: FileContext, use: ast.Name) -> bool:
    node: ast.AST = use
    for ancestor in context.scopes.ancestors(use):
        if isinstance(ancestor, (ast.Compare, ast.Attribute)):
            return True
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)) and node is ancestor.test:
            return True
        if isinstance(ancestor, ast.comprehension) and node in ancestor.ifs:
            return True
        if isinstance(ancestor, ast.stmt):
            return False
        node = ancestor
    return False


def _is_filtered(context: FileContext, call: ast.Call) -> bool:
    """Return whether the function that a call stands in looks at whether parameters need a gradient."""
    flags = context.tables.idioms.parameter_flags
    function = context.kinds.functions.function_around(call) or context.scopes.tree
    return any(
        isinstance(node, ast.Attribute) and node.attr in flags and isinstance(node.ctx, ast.Load)
        for node in ast.walk(function)
    )
