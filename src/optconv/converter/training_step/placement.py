"""Where the functions of a training step can stand, and where gradients that are kept are started."""

from __future__ import annotations

import ast
import itertools
from functools import cached_property

from optconv.converter.file_context import FileContext
from optconv.converter.training_step.forward import Forward
from optconv.converter.training_step.gradients import Step
from optconv.converter.training_step.layout import has_long_string, indentation_of, inner_indentation

Loop = ast.For | ast.While


class Placement:
    """Chooses the places for what one step needs."""

    def __init__(self, context: FileContext, step: Step) -> None:
        self.context = context
        self.step = step
        self.source = context.source

    def loop_to_leave(self, forward: Forward) -> Loop | None:
        """Return the outermost loop in front of which the function can stand; None: it stays in its block."""
        statement = forward.block[forward.first]
        chosen: Loop | None = None
        for loop in self.step.flow.loops_around(statement):
            if self._rebinds_optimizer(loop, forward) or not self._has_own_line(loop):
                break
            if self._may_lack_optimizer(loop, forward):
                break
            unit = inner_indentation(self.source, loop)
            old = indentation_of(self.source, statement)
            if any(has_long_string(self.source, entry) for entry in forward.statements) and unit != old:
                continue
            chosen = loop
        return chosen

    def _has_own_line(self, loop: Loop) -> bool:
        start = self.source.span(loop).start
        return not self.source.text[self.source.line_start(loop.lineno) : start].strip()

    def _may_lack_optimizer(self, loop: Loop, forward: Forward) -> bool:
        """Return whether there may be no optimizer in front of a loop, behind a condition that asks first."""
        inside = itertools.takewhile(
            lambda ancestor: ancestor is not loop, self.context.scopes.ancestors(forward.backward.call)
        )
        tests = [ancestor.test for ancestor in inside if isinstance(ancestor, ast.If)]
        if not tests:
            return False
        asked = {ast.unparse(part) for test in tests for part in ast.walk(test) if isinstance(part, ast.expr)}
        given = self.context.kinds.functions.given
        return not asked.isdisjoint(self.step.optimizers_of(forward)) or any(
            isinstance(value, ast.Constant)
            for part in self._optimizer_parts(forward)
            for value in given(part)
        )

    def _optimizer_parts(self, forward: Forward) -> list[ast.expr]:
        """Return the expressions of the optimizers of a forward pass, and what these consist of."""
        updates = [update for update in self.step.updates if forward in self.step.uses[update]]
        parts = [part for update in updates if update.optimizer for part in ast.walk(update.optimizer)]
        return [part for part in parts if isinstance(part, ast.expr)]

    def _rebinds_optimizer(self, loop: Loop, forward: Forward) -> bool:
        """Return whether an optimizer may be another one in the rounds of a loop."""
        parts = self._optimizer_parts(forward)
        names = {ast.unparse(part) for part in parts if isinstance(part, (ast.Name, ast.Attribute))}
        return bool(self.step.flow.written(loop) & names) or any(map(self._is_set_elsewhere, parts))

    def _is_set_elsewhere(self, part: ast.AST) -> bool:
        """Return whether another function sets a name or an attribute, but for the constructor."""
        functions, scopes = self.context.kinds.functions, self.context.scopes
        own = functions.function_around(part)
        if isinstance(part, ast.Name):
            scope = scopes.lookup(part.id, part)
            setting = [b.node for b in scope.bindings[part.id] if b.kind != "parameter"] if scope else []
            return len({functions.function_around(node) for node in setting}) > 1
        if not isinstance(part, ast.Attribute) or (holder := functions.class_of(part.value)) is None:
            return False
        setting = [b.node for b in functions.attribute_bindings.get((holder, part.attr), [])]
        others = {functions.function_around(node) for node in setting} - {own}
        return any(getattr(function, "name", "") != "__init__" for function in others)

    @cached_property
    def start(self) -> ast.stmt:
        """Return the statement in front of which the total is started: nothing of the step stands around it.

        Where the step is made again in the rounds of a loop, that is the loop: the total is kept.
        """
        scopes, step = self.context.scopes, self.step
        others = [forward.block[forward.first] for forward in step.forwards]
        first = min(others, key=lambda statement: statement.lineno)
        others += [scopes.statement(verb.call) for verb in (*step.updates, *step.clears)]
        blocks = [{scopes.block_of(statement) for statement in self._around(other)} for other in others]
        around = self._around(first)
        common = next(s for s in around if all(scopes.block_of(s) in several for several in blocks))
        loops = step.flow.loops_around(first)
        return loops[-1] if loops and loops[-1] in around[around.index(common) :] else common

    def _around(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement and those around it in its function, innermost first."""
        found: list[ast.stmt] = []
        current: ast.stmt | None = statement
        while current is not None and current is not self.step.flow.scope.node:
            found.append(current)
            current = self.context.scopes.outer_statement(current)
        return found
