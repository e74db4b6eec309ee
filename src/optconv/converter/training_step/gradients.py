"""Decides which gradients each update of an optimizer gets, by the order in which its verbs run.

Between clearing its gradients and its update, an optimizer collects the gradients of every backward pass.
Where the three stand in one block, once each time that it runs, the gradients are a value that the update
gets (direct). Where an update does not follow in each round (gradient accumulation), they are kept in a
variable (collected).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from optconv.converter.file_context import FileContext
from optconv.converter.models import is_only_model
from optconv.converter.source import shortened
from optconv.converter.training_step.callees import reached_functions
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.forward import Forward, ForwardCutter
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.verbs import UPDATES, FunctionVerbs, Verb, end_of
from optconv.mappings import message


@dataclass
class Step:
    """One training step: backward passes, the updates that use them, and what clears gradients."""

    function: FunctionVerbs
    flow: Dataflow
    forwards: list[Forward]
    uses: dict[Verb, list[Forward]]  # an update -> the backward passes whose gradients it gets
    clears: list[Verb]
    collected: bool = False  # the gradients are kept in a variable, until an update comes
    others: list[Verb] = field(default_factory=list)  # clipping and the like, in order
    left_over: bool = False  # gradients may be left from an earlier call of the function

    cleared_behind: list[Verb] = field(default_factory=list)  # updates behind which gradients are cleared

    @property
    def updates(self) -> list[Verb]:
        """Return the updates, in order."""
        return sorted(self.uses, key=lambda verb: end_of(verb.call))

    def optimizers_of(self, forward: Forward) -> list[str]:
        """Return the optimizers that use the gradients of a forward pass, in the order of their updates."""
        return list(dict.fromkeys(min(u.optimizers) for u in self.updates if forward in self.uses[u]))


def plan_function(
    context: FileContext, function: FunctionVerbs, clears_elsewhere: frozenset[str]
) -> Step | Obstacle:
    """Plan the training steps of one function.

    Args:
        context: the file.
        function: its verbs.
        clears_elsewhere: optimizers whose gradients other functions clear.
    """
    backwards, updates = function.of("gradients"), function.of(*UPDATES)
    if not updates:
        shown = context.source.of(backwards[0].call)
        return Obstacle(message("gradients.no_update", backward=shown), backwards[0].call)
    if not backwards:
        return Obstacle(message("gradients.no_backward"), updates[0].call)
    for verb in [*updates, *function.of("clears")]:
        if not _is_statement(context, verb):
            return Obstacle(message("gradients.no_statement", call=context.source.of(verb.call)), verb.call)
    for verb in function.of("updates_scaled"):
        if not _is_known_optimizer(context, verb):
            call, optimizer = shortened(context.source.of(verb.call)), min(verb.optimizers, default="")
            reason = message("gradients.unknown_optimizer", call=call, optimizer=optimizer)
            return Obstacle(reason, verb.call)
    for verb in [*updates, *function.of("clears")]:
        loop = _loop_over_optimizers(context, verb)
        if loop is not None and any(loop not in context.scopes.ancestors(b.call) for b in backwards):
            return Obstacle(message("gradients.in_a_loop", optimizer=min(verb.optimizers)), verb.call)
    for verb in backwards:
        harmless = context.tables.idioms.graph_keepers
        if verb.call.args or any(keyword.arg not in harmless for keyword in verb.call.keywords):
            shown = context.source.of(verb.call)
            return Obstacle(message("training_step.telling_arguments", call=shown), verb.call)
    held = held_gradient(context, function)
    if held is not None:
        return held
    scope = context.scopes.enclosing_scope(backwards[0].call)
    if isinstance(scope.node, ast.ClassDef):
        return Obstacle(message("gradients.in_a_class"), backwards[0].call)
    flow = Dataflow(context, scope)
    return _Planner(context, function, flow, clears_elsewhere).plan()


class _Planner:
    """Plans one function that has both backward passes and updates."""

    def __init__(
        self, context: FileContext, function: FunctionVerbs, flow: Dataflow, clears_elsewhere: frozenset[str]
    ) -> None:
        self.context = context
        self.function = function
        self.flow = flow
        self.clears_elsewhere = clears_elsewhere
        self.cleared_behind: list[Verb] = []
        self.optimizers = sorted({min(verb.optimizers) for verb in function.of(*UPDATES)})

    def plan(self) -> Step | Obstacle:
        forwards: dict[Verb, Forward] = {}
        for verb in self.function.of("gradients"):
            cut = self._cutter().cut(verb)
            if isinstance(cut, Obstacle):
                return cut
            forwards[verb] = cut
        direct = self._direct(forwards)
        if isinstance(direct, Step):
            return direct
        return self._collected(forwards, direct)

    def _cutter(self) -> ForwardCutter:
        scopes = self.context.scopes
        barriers = [scopes.statement(verb.call) for verb in self.function.of("gradients", *UPDATES)]
        barriers += [
            scopes.statement(call)
            for call, construction in self.context.constructions.items()
            if construction.api.kind == "optimizer"
        ]
        clearing = {scopes.statement(verb.call) for verb in self.function.of("clears")}
        scaling = {verb.call for verb in self.function.of("scales")}
        return ForwardCutter(self.context, self.flow, barriers, clearing, scaling)

    def _direct(self, forwards: dict[Verb, Forward]) -> Step | Obstacle:
        """Give every update the gradients of the backward passes since its gradients were cleared."""
        uses: dict[Verb, list[Forward]] = {}
        for update in self.function.of(*UPDATES):
            found = self._since_cleared(update, forwards)
            if isinstance(found, Obstacle):
                return found
            uses[update] = found
        used = {forward.backward for found in uses.values() for forward in found}
        unused = [verb for verb in forwards if verb not in used]
        if unused:
            shown = self.context.source.of(unused[0].call)
            return Obstacle(message("gradients.unused", backward=shown), unused[0].call)
        return Step(
            self.function,
            self.flow,
            list(forwards.values()),
            uses,
            self.function.of("clears"),
            others=self._others(),
            cleared_behind=self.cleared_behind,
        )

    def _others(self) -> list[Verb]:
        return [verb for verb in self.function.verbs if verb.role not in ("gradients", "clears", *UPDATES)]

    def _since_cleared(self, update: Verb, forwards: dict[Verb, Forward]) -> list[Forward] | Obstacle:
        """Walk back from an update to where its gradients are cleared, around the loop if need be."""
        sequence = self._sequence(update)
        place = sequence.index(update)
        optimizer = min(update.optimizers)
        found: list[Forward] = []
        for verb in reversed(sequence[:place]):
            if verb.role == "clears" and clears_all(self.context, verb, update):
                return list(reversed(found)) if found else _several(update.call)
            if verb.role in UPDATES and optimizer in verb.optimizers:
                return _several(update.call)
            if verb.role == "gradients":
                found.append(forwards[verb])
        others = [verb for verb in self.function.of("gradients") if verb not in sequence]
        if others:  # what they leave would be cleared after the first update only
            return Obstacle(message("gradients.several_rounds"), others[0].call)
        for verb in reversed(sequence[place + 1 :]):  # of the round before, or of the last call
            if verb.role == "clears" and clears_all(self.context, verb, update):
                if found and self._may_be_left(found[-1], verb):
                    return _several(update.call)
                self.cleared_behind.append(update)
                return list(reversed(found)) if found else _several(update.call)
            if verb.role == "gradients":
                shown = self.context.source.of(verb.call)
                reason = message("gradients.left_over", backward=shown, optimizer=optimizer)
                return Obstacle(reason, verb.call)
        return _several(update.call)

    def _may_be_left(self, forward: Forward, clear: Verb) -> bool:
        """Return whether a jump between a backward pass and what clears its gradients can leave them."""
        top = self._top_statement(self.context.scopes.statement(clear.call))
        block = self.context.scopes.siblings(top)
        first = self._top_statement(self.context.scopes.statement(forward.backward.call))
        if self._may_be_caught(top):
            return True
        return self.flow.jumps(block[block.index(first) : block.index(top)]) is not None

    def _may_be_caught(self, statement: ast.stmt) -> bool:
        """Return whether an exception in front of a statement may pass it over, and the round goes on."""
        for ancestor in self.context.scopes.ancestors(statement):
            if isinstance(ancestor, (ast.For, ast.While, ast.FunctionDef)):
                return False
            if isinstance(ancestor, ast.Try) and ancestor.handlers:
                return True
        return False

    def _sequence(self, verb: Verb) -> list[Verb]:
        """Return the verbs that run once each time that the block of ``verb`` runs, in order."""
        top = self._top_statement(self.context.scopes.statement(verb.call))
        block = self.context.scopes.siblings(top)
        return [
            other
            for other in self.function.verbs
            if any(self._top_statement(self.context.scopes.statement(other.call)) is entry for entry in block)
        ]

    def _top_statement(self, statement: ast.stmt) -> ast.stmt:
        """Return the outermost ``with`` statement that holds nothing conditional above ``statement``."""
        outer = self.context.scopes.outer_statement(statement)
        while isinstance(outer, ast.With):
            statement, outer = outer, self.context.scopes.outer_statement(outer)
        return statement

    def _outermost(self, verb: Verb) -> ast.AST | None:
        """Return the outermost loop around a verb."""
        loops = self.flow.loops_around(self.context.scopes.statement(verb.call))
        return loops[-1] if loops else None

    def _comes_first(self, clear: Verb, backward: Verb) -> bool:
        """Return whether gradients are certainly cleared before the first backward pass of a call."""
        scopes = self.context.scopes
        statement = scopes.statement(clear.call)
        around = [scopes.statement(backward.call), *scopes.ancestors(scopes.statement(backward.call))]
        return any(
            isinstance(other, ast.stmt)
            and scopes.block_of(other) == scopes.block_of(statement)
            and statement.lineno < other.lineno
            for other in around
            if isinstance(other, ast.stmt) and other in scopes.parents
        )

    def _collected(self, forwards: dict[Verb, Forward], why: Obstacle) -> Step | Obstacle:
        """Keep the gradients in a variable until an update comes, for the one optimizer of the function."""
        if len(self.optimizers) > 1:
            return why
        optimizer, updates = self.optimizers[0], self.function.of(*UPDATES)
        in_module = isinstance(self.flow.scope.node, ast.Module)
        if not self.function.of("clears") and (optimizer in self.clears_elsewhere or not in_module):
            return Obstacle(message("gradients.cleared_elsewhere", optimizer=optimizer), updates[0].call)
        first_line = min(verb.call.lineno for verb in forwards)
        if len({self._outermost(verb) for verb in forwards}) > 1 or updates[0].call.lineno < first_line:
            return Obstacle(message("gradients.several_rounds"), updates[0].call)
        in_part = [
            verb for verb in self.function.of("clears") if not clears_all(self.context, verb, updates[0])
        ]
        if in_part:
            clear = self.context.source.of(in_part[0].call)
            reason = message("gradients.cleared_in_part", clear=clear, optimizer=optimizer)
            return Obstacle(reason, in_part[0].call)
        uses = {update: list(forwards.values()) for update in self.function.of(*UPDATES)}
        first = min(forwards, key=lambda verb: verb.call.lineno)
        starts_clear = any(self._comes_first(verb, first) for verb in self.function.of("clears"))
        return Step(
            self.function,
            self.flow,
            list(forwards.values()),
            uses,
            self.function.of("clears"),
            collected=True,
            others=self._others(),
            left_over=not starts_clear and not isinstance(self.flow.scope.node, ast.Module),
        )


def _several(call: ast.Call) -> Obstacle:
    return Obstacle(message("gradients.several_optimizers"), call)


def _is_statement(context: FileContext, verb: Verb) -> bool:
    """Return whether a verb is a statement of its own, without arguments that matter to an update."""
    statement = context.scopes.statement(verb.call)
    if isinstance(statement, ast.For):
        return verb.role == "clears" and statement.iter is verb.call
    alone = isinstance(statement, ast.Expr) and statement.value is verb.call
    return alone and (verb.role != "updates" or not (verb.call.args or verb.call.keywords))


def _is_known_optimizer(context: FileContext, verb: Verb) -> bool:
    """Return whether what a scaler steps is certainly a converted optimizer."""
    if verb.optimizer is None:
        return False
    values = context.kinds.values(verb.optimizer)
    return bool(values.instances) and not values.unknown and not context.left(values.instances)


def clears_all(context: FileContext, verb: Verb, update: Verb) -> bool:
    """Return whether a verb clears all gradients of the optimizer that is updated."""
    if verb.optimizers:
        return verb.optimizers == update.optimizers
    assert update.optimizer is not None
    built = context.built(context.kinds.values(update.optimizer).instances)
    return bool(built) and all(is_only_model(context, optimizer, verb.receiver) for optimizer in built)


def held_gradient(context: FileContext, function: FunctionVerbs) -> Obstacle | None:
    """Return where a function reads or writes the gradient that a parameter holds, but to clear it."""
    holders = context.tables.idioms.gradient_holders
    if not any(context.scopes.attributes_called.get(holder) for holder in holders):
        return None
    clearing = [context.scopes.statement(verb.call) for verb in function.of("clears")]
    inside = {id(node) for statement in clearing for node in ast.walk(statement)}
    whole = function.function
    inner = (n for n in ast.walk(whole) if not isinstance(whole, ast.Module) or _around(context, n) is whole)
    called = reached_functions(context, [n for n in inner if isinstance(n, (ast.Name, ast.Attribute))])
    for node in (node for holder in (function.function, *called) for node in ast.walk(holder)):
        holds = isinstance(node, ast.Attribute) and node.attr in holders
        if not holds or id(node) in inside or not isinstance(node, ast.Attribute):
            continue
        if context.names.meaning(node.value).names:
            continue  # a function of a module
        if isinstance(function.function, ast.Module) and _around(context, node) not in (
            function.function,
            *called,
        ):
            continue  # of a function that is called elsewhere
        what = shortened(context.source.of(node))
        return Obstacle(message("gradients.held_as_value", what=what, line=context.line(node)), node)
    return None


def _around(context: FileContext, node: ast.AST) -> ast.AST:
    return context.kinds.functions.function_around(node) or context.scopes.tree


def _loop_over_optimizers(context: FileContext, verb: Verb) -> ast.AST | None:
    """Return the loop whose variable the optimizer of a verb is."""
    root = next((n for n in ast.walk(verb.optimizer or verb.call) if isinstance(n, ast.Name)), None)
    if verb.optimizer is None or root is None:
        return None
    for binding in context.scopes.reaching(root.id, root):
        if binding.kind == "loop":
            return next((a for a in context.scopes.ancestors(binding.node) if isinstance(a, ast.For)), None)
    return None
