"""What an optimizer is given to optimize: plain parameters, or parameter groups, and their dictionaries."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.scopes import ScopeTree

_DEEPEST = 8
_ITERABLE_METHODS = ("parameters",)
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


def inspect_parameters(node: ast.expr, scopes: ScopeTree, depth: int = 0) -> Parameters:
    """Find out what ``node``, the ``params`` of an optimizer, holds."""
    if depth > _DEEPEST:
        return UNKNOWN_PARAMETERS
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in _ITERABLE_METHODS:
            return TENSORS
        case ast.Call(func=ast.Name(id="dict")):
            return Parameters("groups", (node,))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
            name in _PASS_THROUGH and not node.keywords
        ):
            plain = [arg.value if isinstance(arg, ast.Starred) else arg for arg in args]
            return _join(plain[1:] if name == "filter" else plain, scopes, depth)
        case ast.List() | ast.Tuple() | ast.Set():
            return _display(node, scopes, depth)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return _element(element, scopes, depth, node)
        case ast.BinOp(op=ast.Add()):
            return _join([node.left, node.right], scopes, depth)
        case ast.Name():
            return _name(node, scopes, depth)
    return UNKNOWN_PARAMETERS


def _join(nodes: list[ast.expr], scopes: ScopeTree, depth: int) -> Parameters:
    parts = [inspect_parameters(node, scopes, depth + 1) for node in nodes]
    if parts and all(part.shape == parts[0].shape for part in parts):
        return Parameters(parts[0].shape, tuple(group for part in parts for group in part.groups))
    return UNKNOWN_PARAMETERS


def _display(node: ast.List | ast.Tuple | ast.Set, scopes: ScopeTree, depth: int) -> Parameters:
    parts = []
    for entry in node.elts:
        if isinstance(entry, ast.Starred):
            parts.append(inspect_parameters(entry.value, scopes, depth + 1))
        else:
            parts.append(_element(entry, scopes, depth, None))
    if not parts or any(part.shape != parts[0].shape for part in parts):
        return UNKNOWN_PARAMETERS if parts else TENSORS
    return Parameters(parts[0].shape, tuple(group for part in parts for group in part.groups))


def _element(
    entry: ast.expr, scopes: ScopeTree, depth: int, loop: ast.ListComp | ast.GeneratorExp | None
) -> Parameters:
    """Say what one entry of the list is: a dictionary is a group, what is certainly a tensor is one."""
    if isinstance(entry, ast.Dict) or _is_dict_call(entry):
        return Parameters("groups", (entry,))  # type: ignore[arg-type]
    if isinstance(entry, ast.Attribute):
        return TENSORS  # layer.weight: a dictionary is not kept as an attribute of a module
    if isinstance(entry, ast.Name):
        if loop is not None:
            return _loop_variable(entry, loop, scopes, depth)
        return _named_element(entry, scopes)
    if isinstance(entry, ast.Call):
        return Parameters(_tensor_or_group(entry))
    return UNKNOWN_PARAMETERS


def _named_element(entry: ast.Name, scopes: ScopeTree) -> Parameters:
    """A variable in the list: the loop variable over parameters, or what it was assigned."""
    shapes = set()
    for binding in scopes.reaching(entry.id, entry):
        if binding.value is not None and binding.kind == "assign" and not binding.path:
            shapes.add(_tensor_or_group(binding.value))
        elif binding.value is not None and binding.kind == "loop" and _yields_parameters(binding.value):
            shapes.add("tensors")
        else:
            shapes.add("unknown")
    return TENSORS if shapes == {"tensors"} else UNKNOWN_PARAMETERS


def _yields_parameters(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="named_parameters" | "parameters")):
            return True
    return False


def _loop_variable(
    entry: ast.Name, loop: ast.ListComp | ast.GeneratorExp, scopes: ScopeTree, depth: int
) -> Parameters:
    """``p for p in X.parameters()`` and ``p for n, p in X.named_parameters()``."""
    if any(_asks_for_gradient(test, entry.id) for g in loop.generators for test in g.ifs):
        return TENSORS
    for generator in loop.generators:
        names = {name.id for name in ast.walk(generator.target) if isinstance(name, ast.Name)}
        if entry.id in names:
            if _yields_parameters(generator.iter):
                return TENSORS
            return inspect_parameters(generator.iter, scopes, depth + 1)
    return UNKNOWN_PARAMETERS


def _asks_for_gradient(test: ast.expr, name: str) -> bool:
    """``p.requires_grad``: a dictionary has no such attribute, so ``p`` is a tensor."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr == "requires_grad"
        and isinstance(part.value, ast.Name)
        and part.value.id == name
        for part in ast.walk(test)
    )


def _tensor_or_group(node: ast.expr) -> str:
    """A call of something called Parameter, or that asks for a gradient, makes a tensor."""
    match node:
        case ast.Call(
            func=ast.Name(id="Parameter") | ast.Attribute(attr="Parameter" | "requires_grad_" | "Variable")
        ):
            return "tensors"
        case ast.Call(keywords=keywords) if any(keyword.arg == "requires_grad" for keyword in keywords):
            return "tensors"
        case ast.Name() | ast.Attribute():
            return "unknown"
    return "unknown"


def _is_dict_call(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and not node.args
    )


def _name(node: ast.Name, scopes: ScopeTree, depth: int) -> Parameters:
    """Follow a name to the lists it was given and to what was appended to them."""
    bindings = scopes.reaching(node.id, node)
    if not bindings or any(b.kind != "assign" or b.value is None or b.path for b in bindings):
        return UNKNOWN_PARAMETERS
    parts = [inspect_parameters(b.value, scopes, depth + 1) for b in bindings if b.value is not None]
    parts = [
        part
        for part, binding in zip(parts, bindings, strict=True)
        if not (isinstance(binding.value, ast.List) and not binding.value.elts)
    ]
    added = _added(node, scopes, depth)
    parts += added
    if not parts or any(part.shape != parts[0].shape for part in parts):
        return UNKNOWN_PARAMETERS
    groups = tuple(group for part in parts for group in part.groups)
    if groups and _is_used_elsewhere(node, scopes):
        return Parameters("shared", groups)
    return Parameters(parts[0].shape, groups)


def _other_uses(node: ast.Name, scopes: ScopeTree) -> list[ast.Name]:
    scope = scopes.lookup(node.id, node)
    return [
        name
        for name in scopes.names
        if name.id == node.id and name is not node and scopes.lookup(name.id, name) is scope
    ]


def _added(node: ast.Name, scopes: ScopeTree, depth: int) -> list[Parameters]:
    """Return what ``name.append(…)``, ``name.extend(…)`` and other methods put into the list."""
    parts = []
    for name in _other_uses(node, scopes):
        method = scopes.parents[name]
        call = scopes.parents.get(method)
        if not isinstance(method, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not method:
            continue
        if method.attr == "append" and len(call.args) == 1:
            parts.append(_element(call.args[0], scopes, depth + 1, None))
        elif method.attr == "extend" and len(call.args) == 1:
            parts.append(inspect_parameters(call.args[0], scopes, depth + 1))
        elif method.attr not in ("copy", "index", "count"):
            parts.append(UNKNOWN_PARAMETERS)
    return parts


def _is_used_elsewhere(node: ast.Name, scopes: ScopeTree) -> bool:
    """Return whether the dictionaries can be seen by other code, which would miss renamed keys."""
    for name in _other_uses(node, scopes):
        parent = scopes.parents[name]
        adds = isinstance(parent, ast.Attribute) and parent.attr in ("append", "extend")
        shows = (
            isinstance(parent, ast.Call)
            and isinstance(parent.func, ast.Name)
            and parent.func.id in ("len", "print")
        )
        if not adds and not shows:
            return True
    return False
