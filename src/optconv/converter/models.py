"""Models whose parameters a converted optimizer has: what they do to gradients changes its numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.file_context import Construction, FileContext
from optconv.converter.model_parameters import asked_for
from optconv.converter.object_values import Instance, Values
from optconv.converter.scopes import Binding

_DEEPEST = 3


def model_of(context: FileContext, node: ast.Attribute) -> Values | None:
    """Return what the object of ``node`` is, where it is certainly a model that a converted optimizer trains.

    That is one that an optimizer was given the parameters of, by the same name in the same scope, or as the
    same attribute of objects of the same class. Where training steps are written anew, also a parameter that
    every call of its function gives such a model. A member that the tables say nothing about is as it was.
    """
    api = context.tables.models
    if api is None or node.attr not in api.members or context.tables.member(api, node.attr) is None:
        return None
    optimizers = [c for c in context.constructions.values() if c.api.kind == "optimizer" and c.converted]
    certain = _is_model(context, optimizers, node.value, 0)
    return Values(frozenset({Instance(api, None)})) if certain else None


def _is_model(context: FileContext, optimizers: list[Construction], node: ast.expr, depth: int) -> bool:
    if any(has_model(context, construction, node) for construction in optimizers):
        return True
    handed = _handed(context, node) if context.tables.training_step is not None and depth < _DEEPEST else []
    return bool(handed) and all(_is_model(context, optimizers, value, depth + 1) for value in handed)


def _handed(context: FileContext, node: ast.expr) -> list[ast.expr]:
    """Return what the calls of the file give a parameter; nothing where one of them cannot be seen."""
    bindings = context.scopes.reaching(node.id, node) if isinstance(node, ast.Name) else []
    match bindings:
        case [Binding(kind="parameter", node=ast.arg() as parameter)]:
            function = context.scopes.parents[context.scopes.parents[parameter]]
        case _:
            return []
    if not isinstance(function, ast.FunctionDef):
        return []
    functions = context.kinds.functions
    passed = [functions.passed(call, function, parameter) for call in functions.calls_to(function)]
    given = [value for value in passed if value is not None]
    return given if len(given) == len(passed) else []


def has_model(context: FileContext, optimizer: Construction, model: ast.expr) -> bool:
    """Return whether an optimizer was certainly given the parameters of a model."""
    return any(_is_same(context, model, other) for other in models_of(context, optimizer))


def is_only_model(context: FileContext, optimizer: Construction, model: ast.expr, depth: int = 0) -> bool:
    """Return whether an optimizer was certainly given the parameters of a model and of no other."""
    models = models_of(context, optimizer)
    if models and all(_is_same(context, model, other) for other in models):
        return True
    handed = _handed(context, model) if depth < _DEEPEST else []
    return bool(handed) and all(is_only_model(context, optimizer, value, depth + 1) for value in handed)


def asked_models(context: FileContext, node: ast.expr) -> list[ast.expr]:
    """Return what is asked for its parameters in an expression, or in what its names are assigned."""
    return list(_asked(context, node, 0))


def models_of(context: FileContext, construction: Construction) -> list[ast.expr]:
    """Return the objects that an optimizer gets the parameters of, as far as they can be seen."""
    if construction.node not in context.models:
        called = (call.func for call in asked_for(context, construction))
        models = [function.value for function in called if isinstance(function, ast.Attribute)]
        context.models[construction.node] = models
    return context.models[construction.node]


def _asked(context: FileContext, node: ast.expr, depth: int) -> Iterator[ast.expr]:
    idioms = context.tables.idioms
    iterators = idioms.parameter_iterators | idioms.named_parameter_iterators
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in iterators
        ):
            yield part.func.value
        elif isinstance(part, ast.Name) and depth < _DEEPEST:
            for value in context.kinds.functions.assigned(part):
                if value is not None and value is not node:
                    yield from _asked(context, value, depth + 1)


def _is_same(context: FileContext, one: ast.expr, other: ast.expr) -> bool:
    if ast.dump(one) != ast.dump(other):
        return False
    functions = context.kinds.functions
    both = [e.value for e in (one, other) if isinstance(e, ast.Attribute) and functions.is_self(e.value)]
    if len(both) == 2:
        return functions.class_around(one) is functions.class_around(other)
    roots = [next((n for n in ast.walk(e) if isinstance(n, ast.Name)), None) for e in (one, other)]
    if roots[0] is None or roots[1] is None:
        return False
    scopes = context.scopes
    return scopes.lookup(roots[0].id, roots[0]) is scopes.lookup(roots[1].id, roots[1])
