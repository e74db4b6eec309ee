"""All calls of a function of the file, where every one of them can be seen, and its parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from optconv.converter.class_places import Places
from optconv.converter.scopes import Binding


def calls_of(places: Places, function: ast.AST | None) -> list[ast.Call] | None:
    """Return all calls of a function of the file, or None where it is used otherwise, or wrapped."""
    if not isinstance(function, ast.FunctionDef) or any(not _is_plain(d) for d in function.decorator_list):
        return None
    calls = places.functions.calls_to(function)
    called = {call.func for call in calls}
    return calls if all(use in called for use in _uses_of(places, function)) else None


def _uses_of(places: Places, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Return where a function, or the class whose constructor it is, is named."""
    holder = places.scopes.parents[function]
    if isinstance(holder, ast.ClassDef):
        if function.name == "__init__":
            binding, _ = places.owner(holder)
            yield from (n for n in places.reads(binding) if not isinstance(_parent(places, n), ast.Attribute))
        same = places.scopes.attributes_called[function.name]
        yield from (a for a in same if not _is_elsewhere(places, a, holder))
    else:
        binding, _ = places.owner(function)
        yield from places.reads(binding)


def _parent(places: Places, node: ast.AST) -> ast.AST:
    return places.scopes.parents[node]


def _is_elsewhere(places: Places, attribute: ast.Attribute, holder: ast.ClassDef) -> bool:
    """Return whether an attribute is certainly that of another class, or of a module."""
    match attribute.value:
        case ast.Call(func=ast.Name(id="super")):
            around = places.functions.class_around(attribute)
            return around is holder or around not in places.family(holder)
    own = places.holder(attribute)
    if own is not None:
        return own not in places.family(holder)
    return bool(places.context.names.meaning(attribute.value).names)


def is_open_function(places: Places, function: ast.FunctionDef) -> bool:
    """Return whether other files can call a function of the file."""
    _, scope = places.owner(function)
    return places.is_open(function.name, scope, function)


def parameter_of(arguments: ast.arguments, default: ast.expr) -> ast.arg | None:
    """Return the parameter that has a default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if default in arguments.defaults:
        return positional[len(positional) - len(arguments.defaults) + arguments.defaults.index(default)]
    if default in arguments.kw_defaults:
        return arguments.kwonlyargs[arguments.kw_defaults.index(default)]
    return None


def bound_parameter(binding: Binding) -> ast.arg | None:
    """Return the parameter that a binding is."""
    return binding.node if binding.kind == "parameter" and isinstance(binding.node, ast.arg) else None


def parameters_of(function: ast.FunctionDef) -> list[ast.arg]:
    """Return the parameters of a function that get one argument each."""
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _is_plain(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod")
