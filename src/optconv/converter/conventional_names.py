"""Names that people give to optimizers, schedulers and scalers: the last resort."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from optconv.converter.file_context import FileContext
from optconv.converter.object_values import Instance, Values
from optconv.converter.result import Outcome
from optconv.converter.tree_index import last_name
from optconv.mappings.schema import Case, Member, SourceApi

_CONVENTIONAL = re.compile(
    r"(^|_)(optim(izer)?|opt|lr_?scheduler|scheduler|sched|scaler)s?(_|\d|$)", re.IGNORECASE
)
_DEEPEST = 6  # assignments and calls followed
_BY_NAME = {
    "optimizer": re.compile(r"_*(optim(izer)?|opt)([_\d]\w*)?|\w+_(optim(izer)?|opt)", re.IGNORECASE),
    "scheduler": re.compile(r"_*(lr_?sched(uler)?|scheduler)([_\d]\w*)?|\w+_scheduler", re.IGNORECASE),
}


def is_conventional(receiver: ast.expr) -> bool:
    """Return whether an object has a name such as optimizers, schedulers and scalers have."""
    return _CONVENTIONAL.search(last_name(receiver)) is not None


def values_by_name(context: FileContext, node: ast.Attribute) -> Values | None:
    """Return what an object is taken for by its name and by the name of the method that is called.

    Both must say so, and what is written must be the same for every object and have another name: a second
    run knows nothing of an object that the first has converted.
    """
    call = context.scopes.parents[node]
    if not isinstance(call, ast.Call) or call.func is not node:
        return None
    root = next((part for part in ast.walk(node.value) if isinstance(part, ast.Name)), None)
    if root is None or not context.scopes.reaching(root.id, root):
        return None  # the file does not bind it at all
    if node.attr not in context.tables.telling_members:
        return None
    if _is_of_another(context, node.value, 0):
        return None
    for api in context.tables.bases:
        pattern = _BY_NAME.get(api.kind)
        if (
            pattern is not None
            and pattern.fullmatch(last_name(node.value))
            and _is_renamed(context, api, node)
        ):
            return Values(frozenset({Instance(api, None)}))
    return None


def _is_of_another(context: FileContext, node: ast.expr, depth: int) -> bool:
    """Return whether an object may be of another library, or of a class of the project.

    Of those of the source framework something is known already; those of another one are none of ours.
    A class of the project stays what it is.
    """
    for value in _given(context, node) if depth < _DEEPEST else ():
        if isinstance(value, ast.Call) and (
            _is_from_outside(context, value.func) or context.kinds.builds_own_object(value)
        ):
            return True
        parts = value.args if isinstance(value, ast.Call) else [value]  # ``wrap(optimizer)``
        for part in parts:
            if isinstance(part, (ast.Name, ast.Attribute)) and _is_of_another(context, part, depth + 1):
                return True
    return False


def _given(context: FileContext, node: ast.expr) -> Iterator[ast.expr | None]:
    """Return what the file assigns to a name or an attribute, or passes for it."""
    functions = context.kinds.functions
    yield from functions.assigned(node)
    if isinstance(node, ast.Attribute):  # of whichever object: what it is may not be known
        for other in context.scopes.attributes_called[node.attr]:
            if isinstance(other.ctx, ast.Store):
                yield context.scopes.assigned_value(other)[0]
    for binding in context.scopes.reaching(node.id, node) if isinstance(node, ast.Name) else ():
        function = context.scopes.parents.get(context.scopes.parents.get(binding.node, binding.node))
        if isinstance(binding.node, ast.arg) and isinstance(function, ast.FunctionDef):
            for call in functions.calls_to(function):
                yield functions.passed(call, function, binding.node)


def _is_from_outside(context: FileContext, function: ast.expr) -> bool:
    names = context.names.meaning(function).names
    return any(not context.names.is_own(name) for name in names)


def say_by_name(context: FileContext, node: ast.Attribute, first: int) -> None:
    """Say that an object was taken for what its name says, if something was converted for that reason.

    Args:
        context: the file.
        node: the method.
        first: the number of references that there were before it was converted.
    """
    for place, reference in enumerate(context.references[first:], start=first):
        if reference.outcome not in (Outcome.EXACT, Outcome.WARNED):
            continue
        context.references[place] = replace(reference, outcome=Outcome.WARNED)
        fields = {"receiver": context.source.of(node.value), "api": reference.api.rpartition(".")[0]}
        context.say(node, "OC209", reference.api, **fields)


def _is_renamed(context: FileContext, api: SourceApi, node: ast.Attribute) -> bool:
    known = context.tables.source_member(api, node.attr)
    row = context.tables.member(api, node.attr) if known is not None else None
    if known is None or row is None or not row.cases or _mentions(row, node.attr):
        return False
    parameters = {name for version in known[1].signatures for name in version.signature.names}
    return all(_depends_on_call_only(case, parameters) for case in row.cases)


def _depends_on_call_only(case: Case, parameters: set[str]) -> bool:
    """Return whether what is written is the same for every object: no word on what would be known of it."""
    asked = case.when.names if case.when is not None else frozenset()
    return asked <= parameters and not (case.refuse or case.lossy or case.differs or case.item or case.before)


def _mentions(row: Member, name: str) -> bool:
    """Return whether what is written for a member has its name, too."""
    written = [case.expression.text if case.expression is not None else case.to for case in row.cases]
    return row.implied or any(re.search(rf"\b{re.escape(name)}\b", text) for text in written)
