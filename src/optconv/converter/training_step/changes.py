"""What happens to gradients between a backward pass and an update: they are limited, or lose their scale."""

from __future__ import annotations

import ast
from dataclasses import replace

from optconv.converter.binding import BoundCall, CannotBindError, bind
from optconv.converter.call_plan import CallPlan, Remark, kept_positional
from optconv.converter.compose import Piece, compose, piece_of
from optconv.converter.edits import Render
from optconv.converter.file_context import Construction, FileContext
from optconv.converter.rewrite import rewrite_call
from optconv.converter.source import Span, shortened
from optconv.converter.training_step.gradients import Step
from optconv.converter.training_step.names import StepNames
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.owners import owns_parameters
from optconv.converter.training_step.verbs import Verb, end_of
from optconv.converter.values import dictionary_keys
from optconv.mappings import Text, message

_GRADIENTS = "gradients"  # what the rows call the gradients of a step
_RESULT = "total_norm"  # what the result of such a function is called that has no name


class GradientChanges:
    """Plans and writes the functions that change gradients in one step."""

    def __init__(self, context: FileContext, step: Step, names: dict[Verb, StepNames]) -> None:
        self.context = context
        self.step = step
        self.names = names
        self.plans: list[tuple[Verb, BoundCall, CallPlan, str]] = []

    def plan(self) -> Obstacle | None:
        """Plan all of them; return what stands in the way."""
        for verb in self.step.others:
            if verb.role == "limits":
                obstacle = self._plan(verb)
                if obstacle is not None:
                    return obstacle
        return None

    def _plan(self, verb: Verb) -> Obstacle | None:
        context, call = self.context, verb.call
        assert verb.found is not None
        shown = shortened(context.source.of(call))
        api = verb.found.api
        row = context.tables.row(api.name)
        try:
            bound = bind(call, api.signatures, lambda value: dictionary_keys(value, context.scopes))
        except CannotBindError as error:
            return Obstacle(error.reason, call)
        assert row is not None
        given = bound.arguments.get(row.gradients)
        update = self._update_behind(verb, given.node if given else None)
        if isinstance(update, Obstacle):
            return update
        variable, remarks = update
        pieces = {_GRADIENTS: Piece(variable, anchor=given.index if given else 0)}
        plan = context.planner.plan(bound, row.cases, {"one_pass": False}, pieces)
        if plan.case is None:
            reason = plan.remarks[0].fields.get("note") or plan.remarks[0].fields.get("reason")
            if not isinstance(reason, Text):
                reason = message("changes.no_update", call=shown)
            return Obstacle(reason, call)
        target = context.tables.target_api(plan.case.to)
        names = target.signature.names if target else ()
        plan = replace(
            plan,
            arguments=kept_positional(call, plan.arguments, names),
            remarks=(*plan.remarks, *remarks),
        )
        before = plan.case.before if plan.case else None
        if self._is_used(call) and (before is None or not self._has_place(call)):
            return Obstacle(message("training_step.no_place", call=shown), call)
        self.plans.append((verb, bound, plan, variable))
        return None

    def _update_behind(self, verb: Verb, parameters: ast.expr | None) -> tuple[str, list[Remark]] | Obstacle:
        """Return the variable with the gradients that a function changes, and what is to be said of it."""
        shown = shortened(self.context.source.of(verb.call))
        behind = [u for u in self.step.updates if end_of(u.call) > end_of(verb.call)]
        owned = [(u, owns_parameters(self.context, u.optimizer, parameters)) for u in behind if u.optimizer]
        chosen = next((u for u, owns in owned if owns), None)
        several = len({min(u.optimizers) for u in self.step.updates}) > 1
        remarks: list[Remark] = []
        if chosen is None and not several:
            chosen = next((u for u, owns in owned if owns is None), None)
            if chosen is not None:
                condition = message("changes.all_parameters", optimizer=min(chosen.optimizers))
                note = message("changes.all_changed")
                remarks.append(Remark("OC202", {"condition": condition, "note": note}))
        if chosen is None:
            if not behind:
                return Obstacle(message("changes.no_update", call=shown), verb.call)
            optimizer = min(behind[0].optimizers)
            return Obstacle(message("changes.other_parameters", call=shown, optimizer=optimizer), verb.call)
        later = [end_of(f.backward.call) > end_of(verb.call) for f in self.step.uses[chosen]]
        if all(later) or (any(later) and not self.step.collected):
            return Obstacle(message("changes.too_early", call=shown), verb.call)
        forward = self.step.uses[chosen][0]
        if self.step.collected:
            return self.names[forward.backward].total, remarks
        names = self.names[forward.backward]
        if len(self.step.uses[chosen]) > 1 and names.parts:
            return Obstacle(message("changes.shared_backward", call=shown), verb.call)
        return names.parts.get(min(chosen.optimizers), names.gradients), remarks

    def _is_used(self, call: ast.Call) -> bool:
        return not isinstance(self.context.scopes.parents[call], ast.Expr)

    def _has_place(self, call: ast.Call) -> bool:
        """Return whether statements can be put in front of the one that the call is in."""
        statement = self.context.scopes.statement(call)
        inner = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp)
        around = [a for a in self.context.scopes.ancestors(call) if isinstance(a, inner)]
        return isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)) and not around

    def write(self) -> None:
        """Add what was planned to the file's constructions, which are written at the end."""
        for verb, bound, plan, variable in self.plans:
            assert verb.found is not None
            assert plan.case is not None
            construction = Construction(verb.call, verb.found.api, plan)
            construction.instead = lambda render, v=verb, b=bound, p=plan, n=variable: self._text(
                v, b, p, n, render
            )
            construction.kept = (verb.call,)
            self.context.constructions[verb.call] = construction
            self.context.use(verb.found.node, verb.found.root, plan.case.to, plan.modules)

    def _text(self, verb: Verb, bound: BoundCall, plan: CallPlan, variable: str, render: Render) -> str:
        """Return the statements in place of the one with the call."""
        context, case = self.context, plan.case
        assert case is not None
        source, call = context.source, verb.call
        statement = context.scopes.statement(call)
        span, whole = source.span(statement), source.span(call)
        written = [argument.written(render) for argument in plan.arguments]
        function = context.spelling.get(verb.node, case.to)
        column = context.column(span.start) + len(variable) + len(" = ")
        change = rewrite_call(render(whole), function, written, source.newline, column)
        lines = [f"{variable} = {change}"]
        if self._is_used(call):
            assert case.before is not None
            pieces = {_GRADIENTS: Piece(variable)}
            pieces |= {name: piece_of(source, a.node) for name, a in bound.arguments.items()}
            result = compose(case.before, _with_module(pieces, context))
            if isinstance(statement, ast.Assign) and statement.value is call:
                target = render(Span(span.start, whole.start))
                lines.insert(0, f"{target}{result}")
            else:
                name = context.free_name(_RESULT)
                lines.insert(0, f"{name} = {result}")
                lines.append(render(Span(span.start, whole.start)) + name + render(Span(whole.end, span.end)))
        return context.statement_separator(statement).join(lines)


def _with_module(pieces: dict[str, Piece], context: FileContext) -> dict[str, Piece]:
    """Let the expressions of the tables call the target's functions by the name that the file has for it."""
    module = context.tables.target.module
    return {**pieces, module: Piece(context.target_alias or module)}
