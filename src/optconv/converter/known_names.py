"""What the names in an expression stand for, as text: the only value that each of them has.

Beside what `values` knows, functions are followed: a lambda in a variable, and a function whose statements
come to one expression.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from optconv.converter.bindings import COMPREHENSIONS, Binding
from optconv.converter.file_context import FileContext
from optconv.mappings.expressions import MODULES

_CHANGEABLE = (ast.List, ast.Dict, ast.Set, *COMPREHENSIONS)


def known_names(
    context: FileContext, nodes: Iterable[ast.expr], places: Iterable[tuple[str, ast.AST]] = ()
) -> dict[str, str | None]:
    """Return what names stand for, and what the names in that stand for, and so on.

    Args:
        context: the file.
        nodes: expressions of the file whose names are wanted.
        places: other names, each with a place where it is read.

    Returns:
        The text of the value by name, None for a name that may have several values or one that cannot be
        seen. A function of Python's own has no entry.
    """
    finder = _Finder(context)
    for node in nodes:
        finder.follow(node)
    for name, place in places:
        finder.note(name, place)
    return {name: text for name, (_, text) in finder.found.items()}


class _Finder:
    def __init__(self, context: FileContext) -> None:
        self.context = context
        self.found: dict[str, tuple[Binding | None, str | None]] = {}

    def follow(self, node: ast.AST) -> None:
        """Note every name that a node reads and does not bind itself."""
        parts = list(ast.walk(node))
        inside = {id(part) for part in parts}
        for part in parts:
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                scope = self.context.scopes.lookup(part.id, part)
                if scope is not None and id(scope.node) not in inside:
                    self.note(part.id, part)

    def note(self, name: str, place: ast.AST) -> None:
        """Note one name, as it is read at a place."""
        scopes = self.context.scopes
        scope = scopes.lookup(name, place)
        if scope is None:
            return
        bindings = scope.bindings[name]
        binding = bindings[0] if len(bindings) == 1 else None
        if name in self.found:
            if self.found[name][0] is not binding:
                self.found[name] = None, None  # two variables of one name
            return
        if binding is not None and binding.imported == name and name in MODULES:
            return
        self.found[name] = binding, None
        if binding is None or scopes.may_be_rebound_by_star(binding):
            return
        text = self._value(binding)
        if self.found[name][0] is binding:
            self.found[name] = binding, text

    def _value(self, binding: Binding) -> str | None:
        match binding:
            case Binding(kind="import", imported=imported) if imported.partition(".")[0] in MODULES:
                return imported
            case Binding(kind="definition", node=ast.FunctionDef() as function):
                text = function_as_lambda(function)
                if text is not None:
                    self.follow(function)
                return text
            case Binding(kind="assign", value=ast.expr() as value, path=()):
                if isinstance(value, _CHANGEABLE) and not self._stays(binding):
                    return None
                self.follow(value)
                return self.context.source.of(value)
        return None

    def _stays(self, binding: Binding) -> bool:
        """Return whether a list is read as an argument of schedulers only, so that nothing changes it."""
        scopes = self.context.scopes
        scope = scopes.lookup(binding.name, binding.node)
        for use in scopes.names:
            if use.id != binding.name or use is binding.node or scopes.lookup(use.id, use) is not scope:
                continue
            parent = scopes.parents[use]
            call = scopes.parents[parent] if isinstance(parent, ast.keyword) else parent
            if call not in self.context.constructions:
                return False
        return True


def function_as_lambda(function: ast.FunctionDef) -> str | None:
    """Return the text of a function as a lambda, when its statements come to one expression."""
    found = function_as_expression(function)
    return None if found is None else ast.unparse(found)


def function_as_expression(function: ast.FunctionDef) -> ast.Lambda | None:
    """Return a function as a lambda, when its statements come to one expression.

    They may return, choose between returns, and give names to values on the way. The expressions in it are
    those of the function itself.
    """
    own = function.args
    if function.decorator_list or own.vararg or own.kwarg or own.kwonlyargs:
        return None
    body = _as_expression(function.body)
    if body is None:
        return None
    names = [argument.arg for argument in (*own.posonlyargs, *own.args)]
    return ast.copy_location(ast.Lambda(_parameters(names, own.defaults), body), function)


def _parameters(names: Sequence[str], defaults: Sequence[ast.expr] = ()) -> ast.arguments:
    arguments = [ast.arg(name) for name in names]
    return ast.arguments(posonlyargs=[], args=arguments, kwonlyargs=[], kw_defaults=[], defaults=[*defaults])


def _as_expression(body: Sequence[ast.stmt]) -> ast.expr | None:
    """Return what statements return, as one expression; None when they do something else."""
    match body:
        case [ast.Return(value=ast.expr() as value), *_]:
            return value
        case [ast.Expr(value=ast.Constant()), *rest]:
            return _as_expression(rest)
        case [ast.Assign(targets=[ast.Name(id=name)], value=value), *rest]:
            inner = _as_expression(rest)
            return None if inner is None else ast.Call(ast.Lambda(_parameters([name]), inner), [value], [])
        case [ast.If(test=test, body=chosen, orelse=otherwise), *rest]:
            # A branch that does not return goes on behind it; only the last one may.
            first, second = _as_expression(chosen), _as_expression([*otherwise, *rest])
            return None if first is None or second is None else ast.IfExp(test, first, second)
    return None
