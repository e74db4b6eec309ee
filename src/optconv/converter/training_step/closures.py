"""Closures that are handed to ``step``: they are the forward pass already, but for two statements."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.file_context import FileContext
from optconv.converter.source import shortened
from optconv.converter.training_step.constants import spelled, write_detached
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.gradient_sources import GradientSources
from optconv.converter.training_step.gradients import clears_all, held_gradient
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.verbs import FunctionVerbs, Verb
from optconv.converter.tree_index import arguments_of
from optconv.mappings import message
from optconv.mappings.schema import TrainingStep

_LOSS = "loss"  # what the result of an update is called that has no name


@dataclass(frozen=True)
class ClosureStep:
    """An update that calls a closure, and the verbs of the closure."""

    update: Verb
    closure: ast.FunctionDef
    verbs: list[Verb]


def closure_of(context: FileContext, update: Verb) -> ast.FunctionDef | None:
    """Return the function of the file that an update is given as its closure."""
    arguments = arguments_of(update.call)
    if update.role != "updates" or len(arguments) != 1 or not isinstance(arguments[0], ast.Name):
        return None
    bindings = context.scopes.reaching(arguments[0].id, arguments[0])
    found = bindings[0].node if len(bindings) == 1 else None
    return found if isinstance(found, ast.FunctionDef) else None


def plan_closure(
    context: FileContext, update: Verb, closure: ast.FunctionDef, verbs: FunctionVerbs | None
) -> ClosureStep | Obstacle:
    """Plan an update with a closure."""
    own = verbs.verbs if verbs else []
    backwards = [verb for verb in own if verb.role == "gradients"]
    clears = [verb for verb in own if verb.role == "clears"]
    last = closure.body[-1]
    if len(backwards) != 1 or len(clears) != 1 or len(own) != 2 or not isinstance(last, ast.Return):
        return _wrong(closure, update)
    backward = backwards[0]
    statement = context.scopes.statement(backward.call)
    in_body = statement in closure.body and context.scopes.statement(clears[0].call) in closure.body
    names = isinstance(last.value, ast.Name) and ast.unparse(backward.receiver) == last.value.id
    if not in_body or not names or backward.call.args or backward.call.keywords:
        return _wrong(closure, update)
    if closure.body.index(context.scopes.statement(clears[0].call)) > closure.body.index(statement):
        return _wrong(closure, update)
    if not clears_all(context, clears[0], update):
        return _wrong(closure, update)
    flow = Dataflow(context, context.scopes.enclosing_scope(backward.call))
    if flow.jumps(closure.body[:-1]) is not None or closure.args.args or closure.decorator_list:
        return _wrong(closure, update)
    assert verbs is not None
    obstacle = held_gradient(context, verbs) or _not_in_closure(context, flow, closure, backward)
    if obstacle is not None:
        return obstacle
    uses = [n for n in context.scopes.names if n.id == closure.name]
    if len(uses) > 1:
        return Obstacle(message("closures.used_more_than_once", name=closure.name), update.call)
    outer = context.scopes.statement(update.call)
    target = outer.targets if isinstance(outer, ast.Assign) else []
    plain = len(target) < 2 and all(isinstance(t, (ast.Name, ast.Attribute, ast.Subscript)) for t in target)
    if not isinstance(outer, (ast.Expr, ast.Assign)) or outer.value is not update.call or not plain:
        shown = shortened(context.source.of(update.call))
        return Obstacle(message("training_step.no_place", call=shown), update.call)
    return ClosureStep(update, closure, own)


def _wrong(closure: ast.FunctionDef, update: Verb) -> Obstacle:
    return Obstacle(message("closures.shape", name=closure.name), update.call)


def _not_in_closure(
    context: FileContext, flow: Dataflow, closure: ast.FunctionDef, backward: Verb
) -> Obstacle | None:
    """Return what the loss has from outside of a closure, or where gradients are switched off in it."""
    for node in ast.walk(closure):
        if isinstance(node, ast.With) and flow.is_without_gradients(node):
            return Obstacle(message("closures.gradients_off", line=context.line(node)), node)
    statement = context.scopes.statement(backward.call)
    part = closure.body[: closure.body.index(statement)]
    shown = shortened(context.source.of(backward.call))
    return next(GradientSources(context, flow).find(part, backward, statement, shown), None)


def _is_taken(context: FileContext, name: str, closure: ast.FunctionDef) -> bool:
    """Return whether a name means something outside of a closure."""
    inside = {id(node) for node in ast.walk(closure)}
    return any(
        isinstance(node, ast.Name) and node.id == name and id(node) not in inside
        for node in ast.walk(context.scopes.tree)
    )


def write_closure(
    context: FileContext, template: TrainingStep, step: ClosureStep, gradients: str, free_name: str
) -> None:
    """Take the two statements out of a closure, and write the update behind a call for its gradients."""
    for verb in step.verbs:
        context.remove_statement(context.scopes.statement(verb.call))
    write_detached(context, template, step.closure, [step.closure])
    optimizer = context.source.of(step.update.receiver)
    weights = template.weights.format(optimizer=optimizer)
    function = spelled(context, template.gradients.format(forward=step.closure.name, weights=weights))
    update = template.update.format(optimizer=optimizer, gradients=gradients)
    statement = context.scopes.statement(step.update.call)
    span, call = context.source.span(statement), context.source.span(step.update.call)
    target = context.source.text[span.start : call.start].rstrip().removesuffix("=").rstrip()
    separator = context.statement_separator(statement)
    loss = target or (free_name if _is_taken(context, _LOSS, step.closure) else _LOSS)
    context.replace(statement, f"{loss}, {gradients} = {function}(){separator}{update}")
