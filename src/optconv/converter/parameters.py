"""What an optimizer is given to optimize: plain parameters, or parameter groups, and their dictionaries."""

from __future__ import annotations

import ast
from dataclasses import replace

from optconv.converter.functions import FileFunctions
from optconv.converter.parameter_shapes import (
    TENSORS,
    UNKNOWN_PARAMETERS,
    Parameters,
    View,
    asks_for_gradient,
    attribute_element,
    is_dict_call,
    named_element,
    tensor_or_group,
    united,
    yields_parameters,
)
from optconv.converter.parameter_uses import other_uses, use_elsewhere
from optconv.converter.scopes import Binding, ScopeTree
from optconv.mappings.schema import Idioms

_DEEPEST = 8
_PASS_THROUGH = ("list", "tuple", "filter", "chain", "sorted", "iter", "set")


def inspect_parameters(
    node: ast.expr, scopes: ScopeTree, idioms: Idioms, functions: FileFunctions | None = None
) -> Parameters:
    """Find out what ``node``, the ``params`` of an optimizer, holds."""
    return _inspect(node, View(scopes, idioms, functions or FileFunctions(scopes)), 0)


def _inspect(node: ast.expr, view: View, depth: int) -> Parameters:
    if depth > _DEEPEST:
        return UNKNOWN_PARAMETERS
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in view.idioms.parameter_iterators:
            return TENSORS
        case ast.Call(func=ast.Name(id="dict")):
            return Parameters("groups", (node,))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
            name in _PASS_THROUGH and not node.keywords
        ):
            plain = [part for arg in args for part in _unstarred(arg)]
            return _join(plain[1:] if name == "filter" else plain, view, depth)
        case ast.List() | ast.Tuple() | ast.Set():
            return _display(node, view, depth)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return _element(element, view, depth, node)
        case ast.BinOp(op=ast.Add() | ast.BitOr()):
            return _join([node.left, node.right], view, depth)
        case ast.Name():
            return _name(node, view, depth)
        case ast.Call():
            return _returned(node, view, depth)
    return UNKNOWN_PARAMETERS


def _returned(call: ast.Call, view: View, depth: int) -> Parameters:
    """What a function of the file returns; its dictionaries are shared when other code calls it, too."""
    function = view.functions.called_function(call)
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return UNKNOWN_PARAMETERS
    own = [p for p in ast.walk(function) if view.functions.function_around(p) is function]
    returned = [part.value for part in own if isinstance(part, ast.Return)]
    if any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in own) or None in returned:
        return UNKNOWN_PARAMETERS
    parts = [_inspect(value, view, depth + 1) for value in returned if value is not None]
    whole = united(parts)
    if whole.shape == "groups" and not _is_only_use(call, function, view):
        return replace(whole, shape="shared")
    return whole if len(parts) == 1 else replace(whole, counted=False)


def _is_only_use(call: ast.Call, function: ast.FunctionDef, view: View) -> bool:
    """Return whether nothing else in the file mentions the function."""
    names = [n for n in view.scopes.names if n.id == function.name]
    attributes = [a for a in view.scopes.attributes if a.attr == function.name]
    return [*names, *attributes] == [call.func]


def _unstarred(argument: ast.expr) -> list[ast.expr]:
    """Return the iterables that an argument stands for: ``*[a, b]`` is a and b."""
    if not isinstance(argument, ast.Starred):
        return [argument]
    match argument.value:
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            return entries
        case ast.ListComp(elt=entry) | ast.GeneratorExp(elt=entry):
            return [entry]
    return [argument.value]


def _join(nodes: list[ast.expr], view: View, depth: int) -> Parameters:
    return united([_inspect(node, view, depth + 1) for node in nodes])


def _display(node: ast.List | ast.Tuple | ast.Set, view: View, depth: int) -> Parameters:
    parts = []
    for entry in node.elts:
        if isinstance(entry, ast.Starred):
            parts.append(_inspect(entry.value, view, depth + 1))
        else:
            parts.append(_element(entry, view, depth, None))
    return united(parts) if parts else TENSORS


def _element(
    entry: ast.expr, view: View, depth: int, loop: ast.ListComp | ast.GeneratorExp | None
) -> Parameters:
    """Say what one entry of the list is: a dictionary is a group, what is certainly a tensor is one."""
    if isinstance(entry, ast.Dict) or is_dict_call(entry):
        return Parameters("groups", (entry,), counted=loop is None)  # type: ignore[arg-type]
    if isinstance(entry, ast.Attribute):
        return attribute_element(entry, view)
    if isinstance(entry, ast.Name):
        if loop is not None:
            return _loop_variable(entry, loop, view, depth)
        return named_element(entry, view)
    if isinstance(entry, ast.Call):
        return Parameters(tensor_or_group(entry, view.idioms))
    return UNKNOWN_PARAMETERS


def _loop_variable(
    entry: ast.Name, loop: ast.ListComp | ast.GeneratorExp, view: View, depth: int
) -> Parameters:
    """``p for p in X.parameters()`` and ``p for n, p in X.named_parameters()``."""
    if any(asks_for_gradient(test, entry.id, view.idioms) for g in loop.generators for test in g.ifs):
        return TENSORS
    for generator in loop.generators:
        names = {name.id for name in ast.walk(generator.target) if isinstance(name, ast.Name)}
        if entry.id in names:
            if yields_parameters(generator.iter, view.idioms):
                return TENSORS
            return _inspect(generator.iter, view, depth + 1)
    return UNKNOWN_PARAMETERS


def _name(node: ast.Name, view: View, depth: int) -> Parameters:
    """Follow a name to the lists it was given and to what was added to them."""
    bindings = view.scopes.reaching(node.id, node)
    scope = view.scopes.lookup(node.id, node)
    if scope is not None and any(_augments(b, view) for b in scope.bindings[node.id]):
        bindings = scope.bindings[node.id]  # ``groups += [...]`` keeps what the name held before
    values = [_assigned(binding, view) for binding in bindings]
    if not values or any(value is None for value in values):
        return UNKNOWN_PARAMETERS
    full = [v for v in values if v is not None and not (isinstance(v, ast.List) and not v.elts)]
    parts = [_inspect(value, view, depth + 1) for value in full]
    added = _added(node, view, depth)
    whole = united([*parts, *added])
    if added or len(bindings) > 1:
        whole = replace(whole, counted=False)
    if whole.groups:
        other = use_elsewhere(node, view.scopes)
        return whole if other is None else replace(whole, shape=other)
    return whole


def _augments(binding: Binding, view: View) -> bool:
    parent = view.scopes.parents.get(binding.node)
    return isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add)


def _assigned(binding: Binding, view: View) -> ast.expr | None:
    """Return the list that a binding gives a name or, by ``+=``, adds to it."""
    parent = view.scopes.parents.get(binding.node)
    if isinstance(parent, ast.AugAssign) and _augments(binding, view):
        return parent.value
    value = binding.value if binding.kind == "assign" else None
    for index in binding.path:
        if not isinstance(value, (ast.Tuple, ast.List)) or not 0 <= index < len(value.elts):
            return None
        value = value.elts[index]
    return value


def _added(node: ast.Name, view: View, depth: int) -> list[Parameters]:
    """Return what ``name.append(…)``, ``name.extend(…)`` and other methods put into the list."""
    parts = []
    for name in other_uses(node, view.scopes):
        method = view.scopes.parents[name]
        call = view.scopes.parents.get(method)
        if not isinstance(method, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not method:
            continue
        if method.attr == "append" and len(call.args) == 1:
            parts.append(_element(call.args[0], view, depth + 1, None))
        elif method.attr == "extend" and len(call.args) == 1:
            parts.append(_inspect(call.args[0], view, depth + 1))
        elif method.attr not in ("copy", "index", "count"):
            parts.append(UNKNOWN_PARAMETERS)
    return parts
