"""Finds the statements that make up a training step: what clears, computes and uses gradients."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from optconv.converter.file_context import FileContext
from optconv.converter.models import model_of
from optconv.converter.object_values import Values
from optconv.converter.references import Found

UPDATES = ("updates", "updates_scaled")  # the roles of what updates parameters
FunctionLike = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module


@dataclass(frozen=True, eq=False)
class Verb:
    """One call that is part of a training step."""

    role: str  # "gradients", "clears", "updates", ...
    node: ast.expr  # the method, or the function
    call: ast.Call
    api: str  # the name of the method, for diagnostics
    optimizer: ast.expr | None = None  # what is updated or cleared, or has its gradients changed
    found: Found | None = None  # of a function, the reference

    @property
    def receiver(self) -> ast.expr:
        """Return the object whose method is called."""
        assert isinstance(self.node, ast.Attribute)
        return self.node.value

    @property
    def optimizers(self) -> frozenset[str]:
        """Return the optimizer as the source names it; none of a backward pass, or of a model."""
        return frozenset() if self.optimizer is None else frozenset({ast.unparse(self.optimizer)})


@dataclass
class FunctionVerbs:
    """The verbs of one function (or of the module), in order."""

    function: FunctionLike
    verbs: list[Verb] = field(default_factory=list)

    def of(self, *roles: str) -> list[Verb]:
        """Return the verbs that have one of some roles."""
        return [verb for verb in self.verbs if verb.role in roles]


def find_verbs(context: FileContext, changes: Mapping[ast.Call, Found]) -> list[FunctionVerbs]:
    """Return the verbs of every function that has any, each function by itself.

    Args:
        context: the file.
        changes: calls of functions that change gradients.
    """
    verbs = [
        verb for verb in (_verb(context, node) for node in context.scopes.attributes) if verb is not None
    ]
    verbs += [verb for verb in (_by_hand(context, call) for call in context.scopes.calls) if verb is not None]
    verbs += [Verb("limits", call.func, call, found.api.name, found=found) for call, found in changes.items()]
    functions: dict[ast.AST, FunctionVerbs] = {}
    for verb in sorted(verbs, key=lambda verb: end_of(verb.call)):
        function = context.kinds.functions.function_around(verb.call) or context.scopes.tree
        assert isinstance(function, FunctionLike)
        functions.setdefault(function, FunctionVerbs(function)).verbs.append(verb)
    return list(functions.values())


def end_of(call: ast.Call) -> tuple[int, int]:
    """Return where a call ends: an inner call runs before the one around it."""
    return call.end_lineno or call.lineno, call.end_col_offset or 0


def _verb(context: FileContext, node: ast.Attribute) -> Verb | None:
    call = context.scopes.parents.get(node)
    if not isinstance(call, ast.Call) or call.func is not node or node in context.handled:
        return None
    if node.attr not in context.tables.training_step_members:
        return None
    values = context.kinds.values(node.value)
    if not values.instances:
        return _of_a_model(context, node, call) or _of_a_tensor(context, node, call)
    return _of_instances(context, node, call, values)


def _of_instances(context: FileContext, node: ast.Attribute, call: ast.Call, values: Values) -> Verb | None:
    """Return the verb of an object that is certainly a converted optimizer or scaler."""
    rows = [context.tables.member(instance.api, node.attr) for instance in values.instances]
    roles = {row.training_step if row else "" for row in rows}
    if values.unknown or len(roles) != 1 or roles == {""} or context.left(values.instances):
        return None
    owner = values.apis[0]
    known = context.tables.source_member(owner, node.attr)
    name = f"{known[0].name if known else owner.name}.{node.attr}"
    optimizer = node.value if owner.kind == "optimizer" else call.args[0] if call.args else None
    return Verb(roles.pop(), node, call, name, optimizer)


def _of_a_model(context: FileContext, node: ast.Attribute, call: ast.Call) -> Verb | None:
    """Return the verb of a model: it is about the optimizers that have the model's parameters."""
    values = model_of(context, node)
    if values is None or not values.instances:
        return None
    api = values.apis[0]
    row = context.tables.member(api, node.attr)
    if row is None or not row.training_step:
        return None
    return Verb(row.training_step, node, call, f"{api.name}.{node.attr}")


def _of_a_tensor(context: FileContext, node: ast.Attribute, call: ast.Call) -> Verb | None:
    """Return the verb of an object that nothing else is known of: what computes gradients."""
    api = context.tables.tensors
    if api is None or node.attr not in api.members:
        return None
    names = context.names.meaning(node.value).names
    if any(name.split(".")[0] != context.tables.source_module for name in names):
        return None  # a function of another module
    row = context.tables.member(api, node.attr)
    if row is None or not row.training_step:
        return None
    return Verb(row.training_step, node, call, f"{api.name}.{node.attr}")


def _by_hand(context: FileContext, call: ast.Call) -> Verb | None:
    """Return what clears gradients of a model by hand: ``for p in model.parameters(): p.grad = None``."""
    idioms, models = context.tables.idioms, context.tables.models
    loop = context.scopes.parents.get(call)
    match loop:
        case ast.For(
            target=ast.Name(id=target),
            iter=ast.Call(func=ast.Attribute(attr=iterator) as method),
            body=[ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr=holder)], value=value)],
            orelse=[],
        ) if loop.iter is call:
            cleared = isinstance(value, ast.Constant) and value.value is None
            named = target == name and iterator in idioms.parameter_iterators
            if cleared and named and holder in idioms.gradient_holders and models is not None:
                return Verb("clears", method, call, f"{models.name}.{method.attr}")
    return None
