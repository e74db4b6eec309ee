"""What can be said of the parameters of an optimizer, and of a single entry of their list."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.functions import FileFunctions
from optconv.converter.parameter_uses import use_of_one
from optconv.converter.scopes import ScopeTree
from optconv.mappings.schema import Idioms


@dataclass(frozen=True)
class Parameters:
    """What can be seen of the first argument of an optimizer.

    ``shape`` is "tensors", "groups", "shared" (groups that other code reads, too), "changed" (groups that
    other code may change) or "unknown". ``groups`` are the dictionaries; they are complete, and can be edited
    where they stand, when the shape is "groups".
    ``counted``: each dictionary is one group, and they are in order.
    """

    shape: str
    groups: tuple[ast.Dict | ast.Call, ...] = ()
    counted: bool = False


UNKNOWN_PARAMETERS = Parameters("unknown")
TENSORS = Parameters("tensors")


@dataclass(frozen=True)
class View:
    """The file that parameters are looked for in."""

    scopes: ScopeTree
    idioms: Idioms
    functions: FileFunctions


def united(parts: list[Parameters]) -> Parameters:
    """Return what several parts make together, one behind the other; all of them must be alike."""
    shapes = {part.shape for part in parts}
    if len(shapes) > 1 and shapes <= {"groups", "shared", "changed"}:
        shapes = {"changed"} if "changed" in shapes else {"shared"}
    if len(shapes) != 1:
        return UNKNOWN_PARAMETERS
    groups = tuple(group for part in parts for group in part.groups)
    return Parameters(shapes.pop(), groups, counted=bool(groups) and all(part.counted for part in parts))


def named_element(entry: ast.Name, view: View) -> Parameters:
    """A variable in the list: the loop variable over parameters, or what it was assigned."""
    group = _named_group(entry, view)
    if group is not None:
        return group
    shapes = set()
    for binding in view.scopes.reaching(entry.id, entry):
        if binding.value is not None and binding.kind == "assign" and not binding.path:
            shapes.add(tensor_or_group(binding.value, view.idioms))
        elif (
            binding.value is not None
            and binding.kind == "loop"
            and yields_parameters(binding.value, view.idioms)
        ):
            shapes.add("tensors")
        else:
            shapes.add("unknown")
    return TENSORS if shapes == {"tensors"} else UNKNOWN_PARAMETERS


def _named_group(entry: ast.Name, view: View) -> Parameters | None:
    """Return the group that a variable in the list holds, when that is all that it ever holds."""
    bindings = view.scopes.reaching(entry.id, entry)
    if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].path:
        return None
    value = bindings[0].value
    if isinstance(value, ast.Dict) or (isinstance(value, ast.Call) and is_dict_call(value)):
        return Parameters(use_of_one(entry, view.scopes) or "groups", (value,), counted=True)
    return None


def attribute_element(entry: ast.Attribute, view: View) -> Parameters:
    """``layer.weight`` is a parameter; another attribute is what the file assigns to it."""
    stored = [
        view.scopes.assigned_value(a)
        for a in view.scopes.attributes
        if a.attr == entry.attr and isinstance(a.ctx, ast.Store)
    ]
    shapes = {
        "unknown" if value is None or path else tensor_or_group(value, view.idioms) for value, path in stored
    }
    if shapes == {"tensors"} or (not stored and entry.attr in view.idioms.parameter_attributes):
        return TENSORS
    return UNKNOWN_PARAMETERS


def yields_parameters(node: ast.expr, idioms: Idioms) -> bool:
    """Return whether an expression goes through parameters, or through pairs of a name and one."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in idioms.parameter_iterators | idioms.named_parameter_iterators
    return False


def asks_for_gradient(test: ast.expr, name: str, idioms: Idioms) -> bool:
    """``p.requires_grad``: a dictionary has no such attribute, so ``p`` is a tensor."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in idioms.parameter_flags
        and isinstance(part.value, ast.Name)
        and part.value.id == name
        for part in ast.walk(test)
    )


def tensor_or_group(node: ast.expr, idioms: Idioms) -> str:
    """A call of what makes tensors, or one that asks for a gradient, makes a tensor."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if (
            name in idioms.parameter_constructors
        ):
            return "tensors"
        case ast.Call(keywords=keywords) if any(k.arg in idioms.parameter_flags for k in keywords):
            return "tensors"
    return "unknown"


def is_dict_call(node: ast.expr) -> bool:
    """Return whether an expression is ``dict(...)`` with keyword arguments."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and not node.args
    )
