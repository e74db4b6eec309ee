"""What an optimizer is given to optimize: plain parameters, or parameter groups, and their dictionaries."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.scopes import ScopeTree
from optconv.mappings.schema import Idioms

_DEEPEST = 8
_PASS_THROUGH = ("list", "tuple", "filter", "chain", "sorted", "iter", "set")


@dataclass(frozen=True)
class Parameters:
    """What can be seen of the first argument of an optimizer.

    ``shape`` is "tensors", "groups", "shared" (groups that other code sees, too) or "unknown". ``groups`` are
    the dictionaries; they are complete, and can be edited where they stand, when the shape is "groups".
    """

    shape: str
    groups: tuple[ast.Dict | ast.Call, ...] = ()


UNKNOWN_PARAMETERS = Parameters("unknown")
TENSORS = Parameters("tensors")


@dataclass(frozen=True)
class _View:
    scopes: ScopeTree
    idioms: Idioms


def inspect_parameters(node: ast.expr, scopes: ScopeTree, idioms: Idioms) -> Parameters:
    """Find out what ``node``, the ``params`` of an optimizer, holds."""
    return _inspect(node, _View(scopes, idioms), 0)


def _inspect(node: ast.expr, view: _View, depth: int) -> Parameters:
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
        case ast.BinOp(op=ast.Add()):
            return _join([node.left, node.right], view, depth)
        case ast.Name():
            return _name(node, view, depth)
    return UNKNOWN_PARAMETERS


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


def _join(nodes: list[ast.expr], view: _View, depth: int) -> Parameters:
    parts = [_inspect(node, view, depth + 1) for node in nodes]
    if parts and all(part.shape == parts[0].shape for part in parts):
        return Parameters(parts[0].shape, tuple(group for part in parts for group in part.groups))
    return UNKNOWN_PARAMETERS


def _display(node: ast.List | ast.Tuple | ast.Set, view: _View, depth: int) -> Parameters:
    parts = []
    for entry in node.elts:
        if isinstance(entry, ast.Starred):
            parts.append(_inspect(entry.value, view, depth + 1))
        else:
            parts.append(_element(entry, view, depth, None))
    if not parts or any(part.shape != parts[0].shape for part in parts):
        return UNKNOWN_PARAMETERS if parts else TENSORS
    return Parameters(parts[0].shape, tuple(group for part in parts for group in part.groups))


def _element(
    entry: ast.expr, view: _View, depth: int, loop: ast.ListComp | ast.GeneratorExp | None
) -> Parameters:
    """Say what one entry of the list is: a dictionary is a group, what is certainly a tensor is one."""
    if isinstance(entry, ast.Dict) or _is_dict_call(entry):
        return Parameters("groups", (entry,))  # type: ignore[arg-type]
    if isinstance(entry, ast.Attribute):
        return _attribute_element(entry, view)
    if isinstance(entry, ast.Name):
        if loop is not None:
            return _loop_variable(entry, loop, view, depth)
        return _named_element(entry, view)
    if isinstance(entry, ast.Call):
        return Parameters(_tensor_or_group(entry, view.idioms))
    return UNKNOWN_PARAMETERS


def _named_element(entry: ast.Name, view: _View) -> Parameters:
    """A variable in the list: the loop variable over parameters, or what it was assigned."""
    shapes = set()
    for binding in view.scopes.reaching(entry.id, entry):
        if binding.value is not None and binding.kind == "assign" and not binding.path:
            shapes.add(_tensor_or_group(binding.value, view.idioms))
        elif (
            binding.value is not None
            and binding.kind == "loop"
            and _yields_parameters(binding.value, view.idioms)
        ):
            shapes.add("tensors")
        else:
            shapes.add("unknown")
    return TENSORS if shapes == {"tensors"} else UNKNOWN_PARAMETERS


def _attribute_element(entry: ast.Attribute, view: _View) -> Parameters:
    """``layer.weight`` is a parameter; another attribute is what the file assigns to it."""
    stored = [
        view.scopes.assigned_value(a)
        for a in view.scopes.attributes
        if a.attr == entry.attr and isinstance(a.ctx, ast.Store)
    ]
    shapes = {
        "unknown" if value is None or path else _tensor_or_group(value, view.idioms) for value, path in stored
    }
    if shapes == {"tensors"} or (not stored and entry.attr in view.idioms.parameter_attributes):
        return TENSORS
    return UNKNOWN_PARAMETERS


def _yields_parameters(node: ast.expr, idioms: Idioms) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in idioms.parameter_iterators | idioms.named_parameter_iterators
    return False


def _loop_variable(
    entry: ast.Name, loop: ast.ListComp | ast.GeneratorExp, view: _View, depth: int
) -> Parameters:
    """``p for p in X.parameters()`` and ``p for n, p in X.named_parameters()``."""
    if any(_asks_for_gradient(test, entry.id, view.idioms) for g in loop.generators for test in g.ifs):
        return TENSORS
    for generator in loop.generators:
        names = {name.id for name in ast.walk(generator.target) if isinstance(name, ast.Name)}
        if entry.id in names:
            if _yields_parameters(generator.iter, view.idioms):
                return TENSORS
            return _inspect(generator.iter, view, depth + 1)
    return UNKNOWN_PARAMETERS


def _asks_for_gradient(test: ast.expr, name: str, idioms: Idioms) -> bool:
    """``p.requires_grad``: a dictionary has no such attribute, so ``p`` is a tensor."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in idioms.parameter_flags
        and isinstance(part.value, ast.Name)
        and part.value.id == name
        for part in ast.walk(test)
    )


def _tensor_or_group(node: ast.expr, idioms: Idioms) -> str:
    """A call of what makes tensors, or one that asks for a gradient, makes a tensor."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if (
            name in idioms.parameter_constructors
        ):
            return "tensors"
        case ast.Call(keywords=keywords) if any(k.arg in idioms.parameter_flags for k in keywords):
            return "tensors"
    return "unknown"


def _is_dict_call(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and not node.args
    )


def _name(node: ast.Name, view: _View, depth: int) -> Parameters:
    """Follow a name to the lists it was given and to what was appended to them."""
    bindings = view.scopes.reaching(node.id, node)
    if not bindings or any(b.kind != "assign" or b.value is None or b.path for b in bindings):
        return UNKNOWN_PARAMETERS
    parts = [_inspect(b.value, view, depth + 1) for b in bindings if b.value is not None]
    parts = [
        part
        for part, binding in zip(parts, bindings, strict=True)
        if not (isinstance(binding.value, ast.List) and not binding.value.elts)
    ]
    added = _added(node, view, depth)
    parts += added
    if not parts or any(part.shape != parts[0].shape for part in parts):
        return UNKNOWN_PARAMETERS
    groups = tuple(group for part in parts for group in part.groups)
    if groups and _is_used_elsewhere(node, view):
        return Parameters("shared", groups)
    return Parameters(parts[0].shape, groups)


def _other_uses(node: ast.Name, view: _View) -> list[ast.Name]:
    scope = view.scopes.lookup(node.id, node)
    return [
        name
        for name in view.scopes.names
        if name.id == node.id and name is not node and view.scopes.lookup(name.id, name) is scope
    ]


def _added(node: ast.Name, view: _View, depth: int) -> list[Parameters]:
    """Return what ``name.append(…)``, ``name.extend(…)`` and other methods put into the list."""
    parts = []
    for name in _other_uses(node, view):
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


def _is_used_elsewhere(node: ast.Name, view: _View) -> bool:
    """Return whether the dictionaries can be seen by other code, which would miss renamed keys."""
    for name in _other_uses(node, view):
        parent = view.scopes.parents[name]
        adds = isinstance(parent, ast.Attribute) and parent.attr in ("append", "extend")
        shows = (
            isinstance(parent, ast.Call)
            and isinstance(parent.func, ast.Name)
            and parent.func.id in ("len", "print")
        )
        if not adds and not shows:
            return True
    return False
