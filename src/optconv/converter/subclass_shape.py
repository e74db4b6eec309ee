"""The shape of a scheduler's subclass that can be rewritten for the target, and the edits that rewrite it.

The shape: a constructor that sets attributes and hands the optimizer on, and one method that gives the rates
of all groups, each computed from its base rate (or its present rate) in the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.binding import CannotBindError, bind
from optconv.converter.file_context import FileContext
from optconv.converter.subclass_rates import OPTIMIZER, ClassEdits, OtherShapeError, rewrite_rates
from optconv.mappings import message
from optconv.mappings.schema import SourceApi, Subclass


def inspect_class(context: FileContext, node: ast.ClassDef, base: SourceApi, rules: Subclass) -> ClassEdits:
    """Return the edits that rewrite a class. Raises `OtherShapeError` when it has another shape."""
    methods = methods_of(node)
    _check_names(context, methods, base, rules)
    own = _own_attributes(context, node, methods, base, rules)
    edits = ClassEdits()
    if "__init__" in methods:
        _rewrite_constructor(context, methods["__init__"], base, rules, edits)
    rewrite_rates(context, methods[rules.computes], rules, edits)
    for attribute in self_attributes(context, node):
        if attribute not in edits.handled and attribute.attr not in own | rules.same:
            raise OtherShapeError(message("subclass_shape.uses_attribute", name=attribute.attr))
    return edits


def methods_of(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    """Return the methods of a class. Raises `OtherShapeError` when it has anything else."""
    methods = [statement for statement in node.body if isinstance(statement, ast.FunctionDef)]
    others = [s for s in node.body if s not in methods and not _is_harmless(s)]
    if node.decorator_list or node.keywords or len(node.bases) != 1 or others:
        raise OtherShapeError(message("subclass_shape.head"))
    if any(method.decorator_list or not method.args.args for method in methods):
        raise OtherShapeError(message("subclass_shape.head"))
    return {method.name: method for method in methods}


def _is_harmless(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass)


def _check_names(
    context: FileContext, methods: dict[str, ast.FunctionDef], base: SourceApi, rules: Subclass
) -> None:
    if rules.computes not in methods:
        raise OtherShapeError(message("subclass_shape.lacks", name=rules.computes))
    for name in methods:
        known = name in rules.reserved or context.tables.source_member(base, name) is not None
        if name not in ("__init__", rules.computes) and (known or name.startswith("__")):
            raise OtherShapeError(message("subclass_shape.overrides", name=name))


def _own_attributes(
    context: FileContext,
    node: ast.ClassDef,
    methods: dict[str, ast.FunctionDef],
    base: SourceApi,
    rules: Subclass,
) -> frozenset[str]:
    """Return the names that the class itself gives attributes; none of them may mean something already."""
    own = set(methods) - {"__init__", rules.computes}
    for attribute in self_attributes(context, node):
        if isinstance(attribute.ctx, ast.Load):
            continue
        if attribute.attr in rules.reserved or context.tables.source_member(base, attribute.attr):
            raise OtherShapeError(message("subclass_shape.name_taken", name=attribute.attr))
        if context.kinds.functions.function_around(attribute) is not methods.get("__init__"):
            raise OtherShapeError(message("subclass_shape.sets_outside_init", name=attribute.attr))
        own.add(attribute.attr)
    return frozenset(own)


def self_attributes(context: FileContext, node: ast.ClassDef) -> Iterator[ast.Attribute]:
    """Return ``self.x`` in the methods of a class. ``self`` alone must go nowhere but into ``super``."""
    for method in node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        own_name = method.args.args[0].arg
        for name in ast.walk(method):
            if not isinstance(name, ast.Name) or name.id != own_name:
                continue
            parent = context.scopes.parents[name]
            if isinstance(parent, ast.Attribute):
                yield parent
            elif not is_super(parent):
                raise OtherShapeError(message("subclass_shape.hands_on_self"))


def is_super(node: ast.AST) -> bool:
    """Return whether ``node`` is a call of ``super``."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _rewrite_constructor(
    context: FileContext, method: ast.FunctionDef, base: SourceApi, rules: Subclass, edits: ClassEdits
) -> None:
    """The optimizer's parameter becomes the rate's, in the signature and where it is handed on."""
    arguments = method.args
    first = arguments.args[1] if len(arguments.args) > 1 else None
    defaults = len(arguments.args) - len(arguments.defaults)
    if first is None or first.arg != OPTIMIZER or defaults < 2 or arguments.posonlyargs:
        raise OtherShapeError(message("subclass_shape.init_does_more"))
    if arguments.vararg or arguments.kwarg:
        raise OtherShapeError(message("subclass_shape.init_does_more"))
    names = [name for name in ast.walk(method) if isinstance(name, (ast.Name, ast.arg))]
    if any((n.id if isinstance(n, ast.Name) else n.arg) == rules.parameter for n in names):
        raise OtherShapeError(message("subclass_shape.name_taken", name=rules.parameter))
    handed_on = _handed_on(method, base, rules)
    uses = [name for name in names if isinstance(name, ast.Name) and name.id == OPTIMIZER]
    if handed_on is None or uses != [handed_on]:
        raise OtherShapeError(message("subclass_shape.init_does_more"))
    edits.references += [context.source.span(first), context.source.span(handed_on)]
    edits.annotation = first.annotation
    annotated = rules.parameter if first.annotation is None else f"{rules.parameter}: {rules.annotation}"
    edits.replaced.append((context.source.span(first), annotated))
    keyword = context.scopes.parents[handed_on]
    if isinstance(keyword, ast.keyword):
        edits.replaced.append((context.source.span(keyword), f"{rules.parameter}={rules.parameter}"))
    else:
        edits.replaced.append((context.source.span(handed_on), rules.parameter))


def _handed_on(method: ast.FunctionDef, base: SourceApi, rules: Subclass) -> ast.Name | None:
    """Return the optimizer in ``super().__init__(optimizer, last_epoch)``, a statement of the constructor."""
    calls = [node for node in ast.walk(method) if isinstance(node, ast.Call) and is_super(node)]
    for statement in method.body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr="__init__")) as call) if (
                calls == [holder]
            ):
                try:
                    bound = bind(call, base.signatures)
                except CannotBindError:
                    return None
                argument = bound.arguments[OPTIMIZER].node
                only = bound.arguments.keys() <= {OPTIMIZER, rules.resume}
                return argument if only and isinstance(argument, ast.Name) else None
    return None
