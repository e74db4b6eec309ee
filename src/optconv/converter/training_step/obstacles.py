"""What in a forward pass cannot stand in a function of its own."""

from __future__ import annotations

import ast
from typing import TypeGuard

from optconv.converter.file_context import FileContext
from optconv.converter.source import shortened
from optconv.converter.training_step.callees import reached_functions
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.layout import has_long_string
from optconv.converter.training_step.obstacle import Obstacle
from optconv.mappings import message

_OWN_FRAME = ("super", "locals", "vars", "__class__")  # mean something else in another function


class Obstacles:
    """Looks through the statements of forward passes of one function."""

    def __init__(self, context: FileContext, flow: Dataflow) -> None:
        self.context = context
        self.flow = flow

    def find(self, part: list[ast.stmt]) -> Obstacle | None:
        """Return what in the forward pass cannot stand in a function, or in this one."""
        source = self.context.source
        if not source.in_one_cell(part[0], part[-1]):
            return Obstacle(message("obstacles.several_cells"), part[-1])
        jump = self.flow.jumps(part)
        if jump is not None:
            statement = self.context.scopes.statement(jump)
            shown = shortened(source.of(statement))
            reason = message("obstacles.jump", statement=shown, line=self.context.line(statement))
            return Obstacle(reason, statement)
        for statement in part:
            if not self._has_own_lines(statement):
                return Obstacle(message("obstacles.same_line", line=self.context.line(statement)), statement)
        for node in (node for statement in part for node in ast.walk(statement)):
            if (
                isinstance(node, ast.With)
                and self.flow.is_without_gradients(node)
                and not self._is_simple(node)
            ):
                return Obstacle(message("obstacles.gradients_off", line=self.context.line(node)), node)
            if self._switches_off(node):
                return Obstacle(message("obstacles.gradients_off", line=self.context.line(node)), node)
            if isinstance(node, ast.Name) and node.id in _OWN_FRAME:
                reason = message("obstacles.jump", statement=node.id, line=self.context.line(node))
                return Obstacle(reason, node)
            if self._handles_gradients(node):
                assert isinstance(node, ast.expr)
                what = shortened(source.of(node))
                reason = message("obstacles.gradient_used", line=self.context.line(node), what=what)
                return Obstacle(reason, node)
        return None

    def _switches_off(self, node: ast.AST) -> TypeGuard[ast.Call]:
        """Return whether a call switches gradients off, or is of a function of the file that does."""
        if not isinstance(node, ast.Call):
            return False
        if self._name_of(node.func) in self.context.tables.idioms.gradient_modes:
            return any(isinstance(value, ast.Constant) and not value.value for value in node.args)
        return any(
            self._name_of(decorator.func if isinstance(decorator, ast.Call) else decorator)
            in self.context.tables.idioms.gradient_switches
            for function in reached_functions(self.context, [node])
            for decorator in getattr(function, "decorator_list", [])
        )

    @staticmethod
    def _name_of(function: ast.expr) -> str:
        return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

    def _is_simple(self, block: ast.With) -> bool:
        """Return whether all that a block without gradients gives are names: they can be made constants."""
        names = frozenset().union(*(self.flow.bound(statement) for statement in block.body))
        written = frozenset().union(*(self.flow.written(statement) for statement in block.body))
        alone = len(block.items) == 1 and block.items[0].optional_vars is None
        straight = not any(has_long_string(self.context.source, statement) for statement in block.body)
        return alone and straight and written <= names and block.body[0].lineno > block.lineno

    def _handles_gradients(self, node: ast.AST) -> bool:
        idioms = self.context.tables.idioms
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name)):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            return name in idioms.gradient_functions
        return isinstance(node, ast.Attribute) and node.attr in idioms.gradient_holders

    def _has_own_lines(self, statement: ast.stmt) -> bool:
        source = self.context.source
        span = source.span(statement)
        before = source.text[source.line_start(source.line_of(span.start)) : span.start]
        behind = source.text[span.end : source.line_end(span.end)].strip()
        return not before.strip() and (not behind or behind.startswith("#"))
