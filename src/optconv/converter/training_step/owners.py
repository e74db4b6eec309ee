"""Whether what a function is given are just the parameters of an optimizer."""

from __future__ import annotations

import ast

from optconv.converter.file_context import Construction, FileContext
from optconv.converter.functions import FileFunctions
from optconv.converter.models import asked_models, is_only_model, models_of

_DEEPEST = 4


def owns_parameters(context: FileContext, optimizer: ast.expr, parameters: ast.expr | None) -> bool | None:
    """Return whether ``parameters`` are just those of the optimizer; None: not to be seen."""
    if parameters is None:
        return None
    built = context.built(context.kinds.values(optimizer).instances)
    if not built:
        return None
    answers = {_owns(context, construction, parameters) for construction in built}
    return answers.pop() if len(answers) == 1 else None


def _owns(context: FileContext, construction: Construction, parameters: ast.expr) -> bool | None:
    given = construction.params
    if given is not None and not construction.groups and _same(context, given, parameters):
        return True
    asked = asked_models(context, parameters)
    models = [_origin(context, model) for model in asked]
    if not models or given is None:
        return None
    sure = zip(asked, models, strict=True)
    if all(any(is_only_model(context, construction, model) for model in pair) for pair in sure):
        return None if _is_filtered(given) else True
    known = [_origin(context, model) for model in models_of(context, construction)]
    if known and all(isinstance(m, (ast.Name, ast.Attribute)) for m in (*known, *models)):
        return False if _are_apart(known, models) else None
    return None


def _same(context: FileContext, one: ast.expr, other: ast.expr) -> bool:
    """Return whether two expressions are one name that is bound once, or one attribute of an object."""
    one, other = _origin(context, one), _origin(context, other)
    if ast.dump(one) != ast.dump(other):
        return False
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        bindings = context.scopes.reaching(one.id, one)
        return bindings == context.scopes.reaching(other.id, other) and len(bindings) <= 1
    return isinstance(one, ast.Attribute)


def _origin(context: FileContext, node: ast.expr, depth: int = 0) -> ast.expr:
    """Follow an attribute to what it is given, and a parameter to what the file's one kind of call passes."""
    if isinstance(node, ast.Attribute) and depth <= _DEEPEST:
        assigned = context.kinds.functions.assigned(node)
        only = assigned[0] if len(assigned) == 1 else None
        return _origin(context, only, depth + 1) if isinstance(only, (ast.Name, ast.Attribute)) else node
    if not isinstance(node, ast.Name) or depth > _DEEPEST:
        return node
    bindings = context.scopes.reaching(node.id, node)
    if len(bindings) != 1 or bindings[0].kind != "parameter" or not isinstance(bindings[0].node, ast.arg):
        return node
    functions: FileFunctions = context.kinds.functions
    function = context.scopes.parents[context.scopes.parents[bindings[0].node]]
    if not isinstance(function, ast.FunctionDef):
        return node
    passed = [functions.passed(call, function, bindings[0].node) for call in functions.calls_to(function)]
    texts = {ast.dump(value) if value is not None else "" for value in passed}
    if len(texts) != 1 or passed[0] is None:
        return node
    return _origin(context, passed[0], depth + 1)


def _is_filtered(given: ast.expr) -> bool:
    """Return whether only some of a model's parameters may be given to the optimizer."""
    return not (isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and not given.args)


def _are_apart(known: list[ast.expr], asked: list[ast.expr]) -> bool:
    """Return whether two lists name other models, as far as names say."""
    return not {ast.unparse(m) for m in known} & {ast.unparse(m) for m in asked}
