"""Plans and writes the training steps of a file, and says what became of each part of them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence

from optconv.converter.call_plan import Remark
from optconv.converter.file_context import MARK, FileContext, TargetUse
from optconv.converter.references import Found
from optconv.converter.source import shortened
from optconv.converter.training_step.changes import GradientChanges
from optconv.converter.training_step.closures import closure_of, plan_closure, write_closure
from optconv.converter.training_step.emit import StepWriter
from optconv.converter.training_step.gradients import Step, plan_function
from optconv.converter.training_step.leftovers import leaves_gradients
from optconv.converter.training_step.names import NameGiver
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.participation import sometimes_in_the_loss
from optconv.converter.training_step.scaling import Scaling
from optconv.converter.training_step.verbs import UPDATES, FunctionVerbs, Verb, find_verbs
from optconv.mappings import message
from optconv.mappings.schema import SourceApi, TrainingStep

_STEP_NEEDS = "OC106"
_STEP_LEFT = "OC308"
_FINITE = "finite"  # what it is called whether all gradients are finite


def changes_gradients(context: FileContext, api: SourceApi) -> bool:
    """Return whether a function changes gradients, in a target in which they are a value of the step."""
    row = context.tables.row(api.name)
    return row is not None and bool(row.gradients)


def plan_training_steps(context: FileContext, changes: Mapping[ast.Call, Found]) -> None:
    """Convert or decline every training step of a file, where the target writes them in its own way.

    Args:
        context: the file.
        changes: calls of functions that change gradients.
    """
    template = context.tables.training_step
    if template is None:
        return
    functions = find_verbs(context, changes)
    if not any(f.of(*UPDATES, "clears", "limits") for f in functions):
        return
    clearing = {
        id(f): frozenset(name for verb in f.of("clears") for name in verb.optimizers) for f in functions
    }
    names = NameGiver(context, template)
    plans: list[tuple[FunctionVerbs, Step | Obstacle]] = []
    closures = _plan_closures(context, template, functions, names)
    functions = [f for f in functions if f.function not in closures and f.verbs]
    for function in functions:
        if not function.of("gradients", *UPDATES):
            continue
        elsewhere = frozenset().union(*(found for key, found in clearing.items() if key != id(function)))
        plans.append((function, plan_function(context, function, elsewhere)))
    for function, plan in plans:
        if isinstance(plan, Obstacle):
            _decline(context, template, function.verbs, plan)
            continue
        given = names.names_for(plan)
        changed = GradientChanges(context, plan, given)
        scaling = Scaling(context, plan, names.give(plan, _FINITE))
        obstacle = scaling.plan() or changed.plan()
        if obstacle is not None:
            _decline(context, template, function.verbs, obstacle)
            continue
        StepWriter(context, template, plan, given, scaling).write()
        changed.write()
        remarks: dict[Verb, Sequence[Remark]] = {verb: p.remarks for verb, _, p, _ in changed.plans}
        for forward in plan.forwards:
            if sometimes_in_the_loss(context, forward):
                always = message("training_step.part_in_every_loss")
                doubt = Remark("OC202", {"condition": always, "note": template.absent})
                remarks[forward.backward] = (doubt,)
        if plan.left_over:
            nothing, note = message("training_step.nothing_left"), message("training_step.left_over")
            doubt = Remark("OC202", {"condition": nothing, "note": note})
            remarks[plan.updates[0]] = (doubt,)
        for update in plan.cleared_behind:
            if any(leaves_gradients(context, f, update) for f in functions if f is not function):
                nothing = message("training_step.nothing_between")
                note = message("training_step.left_between")
                doubt = Remark("OC202", {"condition": nothing, "note": note})
                remarks[update] = (doubt,)
        for verb, needs in _needs(context, template, plan).items():
            remarks[verb] = (*remarks.get(verb, ()), *needs)
        _settle(context, function.verbs, remarks)
        for api in (template.gradients.partition("(")[0], *scaling.apis):
            _use_target(context, api)
    _clear_elsewhere(context, template, functions, [plan for _, plan in plans])


def _needs(context: FileContext, template: TrainingStep, step: Step) -> dict[Verb, tuple[Remark, ...]]:
    """Return what is said once in a file: what a converted step needs beside itself."""
    if any(found.code == _STEP_NEEDS for found in context.diagnostics):
        return {}
    note = Remark(_STEP_NEEDS, {"target": context.tables.target.title, "note": template.needs})
    return {step.forwards[0].backward: (note,)}


def _plan_closures(
    context: FileContext, template: TrainingStep, functions: list[FunctionVerbs], names: NameGiver
) -> set[ast.AST]:
    """Convert or decline the updates that are given a closure; return the closures."""
    by_node = {id(function.function): function for function in functions}
    closures: set[ast.AST] = set()
    for function in functions:
        for update in function.of("updates"):
            closure = closure_of(context, update)
            if closure is None:
                continue
            inner = by_node.get(id(closure))
            plan = plan_closure(context, update, closure, inner)
            closures.add(closure)
            function.verbs.remove(update)
            if isinstance(plan, Obstacle):
                _decline(context, template, [update, *(inner.verbs if inner else [])], plan)
            else:
                gradients = names.give_in(context.scopes.enclosing_scope(update.call), "gradients")
                loss = names.give_free(context.scopes.enclosing_scope(update.call), "loss")
                write_closure(context, template, plan, gradients, loss)
                _settle(context, [update, *plan.verbs], {})
                _use_target(context, template.gradients.partition("(")[0])
    return closures


def _settle(context: FileContext, verbs: list[Verb], remarks: Mapping[Verb, Sequence[Remark]]) -> None:
    """Record the parts of a step that was converted."""
    for verb in verbs:
        context.handled.add(verb.node)
        context.settle(verb.call, verb.api, remarks.get(verb, ()))


def _use_target(context: FileContext, api: str) -> None:
    """Note that the output names an API of the target where the input named none of the source."""
    root = next((use.root for use in context.uses), None)
    context.uses.append(TargetUse(ast.Name(id=api), root, api, by_name=False))


def _leave(context: FileContext, verb: Verb) -> None:
    """Note that a method has been dealt with; the name of a function is still there, and so is its import."""
    if isinstance(verb.node, ast.Attribute):
        context.handled.add(verb.node)


def _decline(context: FileContext, template: TrainingStep, verbs: list[Verb], obstacle: Obstacle) -> None:
    """Leave a step as it is: the reason is said once, at its first backward pass or update."""
    first = next((v for v in verbs if v.role == "gradients"), verbs[0])
    for verb in verbs:
        _leave(context, verb)
        if verb is first:
            remark = Remark(_STEP_LEFT, {"reason": obstacle.reason, "shape": template.shape})
        else:
            name = shortened(context.source.of(first.call))
            remark = Remark("OC102", {"name": name, "line": context.line(first.call)})
        context.settle(verb.call, verb.api, [remark], converted=False)


def _clear_elsewhere(
    context: FileContext, template: TrainingStep, functions: list[FunctionVerbs], plans: list[Step | Obstacle]
) -> None:
    """Remove what clears gradients in functions that do nothing else, where no gradients are kept."""
    direct = bool(plans) and all(isinstance(plan, Step) and not plan.collected for plan in plans)
    for function in functions:
        if function.of("gradients", *UPDATES):
            continue
        for verb in function.of("limits"):
            _leave(context, verb)
            context.settle(verb.call, verb.api, [_limited_alone(context, template, verb)], converted=False)
        for verb in function.of("clears"):
            context.handled.add(verb.node)
            statement = context.scopes.statement(verb.call)
            if direct and isinstance(statement, ast.Expr) and statement.value is verb.call:
                context.remove_statement(statement)
                context.settle(verb.call, verb.api, [])
            else:
                reason = message("training_step.cleared_alone")
                remark = Remark(_STEP_LEFT, {"reason": reason, "shape": template.shape})
                context.settle(verb.call, verb.api, [remark], converted=False)


def _limited_alone(context: FileContext, template: TrainingStep, verb: Verb) -> Remark:
    """Return what is said of a function that limits gradients where nothing else of a step is known.

    Where an earlier run has converted the optimizer of a step that it left, its comment says what to do.
    """
    statement = context.scopes.statement(verb.call)
    scope = context.scopes.enclosing_scope(statement)
    beginning = f"{MARK}{_STEP_LEFT} "
    marks = (
        (context.source.line_of(offset), text)
        for offset, text in context.comments
        if text.startswith(beginning)
    )
    around = getattr(scope.node, "lineno", 1), getattr(scope.node, "end_lineno", None) or sys.maxsize
    mark = next(((line, text) for line, text in marks if around[0] <= line <= around[1]), None)
    if mark is None or context.mark_above(statement, _STEP_LEFT, verb.api) is not None:
        reason = message("training_step.limited_alone")
        return Remark(_STEP_LEFT, {"reason": reason, "shape": template.shape})
    name = mark[1].removeprefix(beginning).partition(":")[0]
    return Remark("OC102", {"name": name, "line": context.source.line_name(mark[0])})
