"""Cuts the forward pass out of a block: the statements between the data and the loss."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from optconv.converter.file_context import FileContext
from optconv.converter.source import shortened
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.gradient_sources import GradientSources
from optconv.converter.training_step.interface import Interface
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.obstacles import Obstacles
from optconv.converter.training_step.verbs import Verb
from optconv.mappings import message


@dataclass(frozen=True)
class _Level:
    """A block around ``backward()``, the place of the statement that holds it, and the conditions between."""

    block: list[ast.stmt]
    place: int
    tests: tuple[ast.expr, ...]


@dataclass(frozen=True)
class Forward:
    """The forward pass of one backward pass: statements ``first`` to ``last`` of a block, and its loss."""

    backward: Verb
    block: list[ast.stmt]
    first: int
    last: int
    loss: ast.expr
    arguments: tuple[str, ...]  # names that are read and may have another value each time
    results: tuple[str, ...]  # names beside the loss that are used behind it
    shared: tuple[str, ...] = ()  # variables of the function around it that it changes in place and assigns
    tests: tuple[ast.expr, ...] = ()  # the conditions under which gradients are computed
    constants: tuple[ast.With, ...] = ()  # blocks of it in which gradients are switched off

    @property
    def statements(self) -> list[ast.stmt]:
        """Return the statements of the forward pass; none where the loss is computed in one expression."""
        return self.block[self.first : self.last + 1]


class ForwardCutter:
    """Cuts out forward passes of one function."""

    def __init__(
        self,
        context: FileContext,
        flow: Dataflow,
        barriers: list[ast.stmt],
        clearing: set[ast.stmt],
        scaling: set[ast.Call],
    ) -> None:
        """Prepare to cut.

        Args:
            context: the file.
            flow: reads and writes of the function.
            barriers: statements that a forward pass cannot extend over.
            clearing: statements that clear gradients, and go.
            scaling: calls that scale a loss.
        """
        self.context = context
        self.flow = flow
        self.barriers = barriers
        self.clearing = clearing
        self.scaling = scaling
        self._sources = GradientSources(context, flow)

    def cut(self, verb: Verb) -> Forward | Obstacle:
        """Return the forward pass of a ``backward()``, or why it cannot be cut out."""
        statement = self.context.scopes.statement(verb.call)
        backward = shortened(self.context.source.of(verb.call))
        if not isinstance(statement, ast.Expr) or statement.value is not verb.call:
            return _elsewhere(backward, statement)
        for level in self._levels(statement):
            chosen = self._slice(level.block, self._lowest(level), level.place, verb.receiver)
            computing = [i for i in chosen if not self.flow.is_preparation(level.block[i])]
            if computing:
                first = self._first(level.block, chosen, computing[0])
                last = self._last(level, chosen[-1], verb.receiver)
                return self._checked(verb, level, chosen, first, last)
            if self._computes(verb.receiver):  # the loss is computed where its gradient is asked for
                return self._checked(verb, level, chosen, level.place, level.place - 1)
            if chosen:
                break
        return _elsewhere(backward, statement)

    def _first(self, block: list[ast.stmt], chosen: list[int], computing: int) -> int:
        """Return where a forward pass begins: with a list that it fills, or what it computes."""
        part = block[computing : chosen[-1] + 1]
        changed = frozenset().union(*(self.flow.written(statement) for statement in part))
        lists = [i for i in chosen if self.flow.bound(block[i]) & changed and _makes_list(block[i])]
        return min([computing, *lists])

    def _last(self, level: _Level, last: int, loss: ast.expr) -> int:
        """Return where a forward pass ends: what stands in the loss beside tensors is known there."""
        reads = {ast.unparse(part) for part in ast.walk(loss) if isinstance(part, (ast.Name, ast.Attribute))}
        behind = range(last + 1, level.place)
        return max([last, *(i for i in behind if self.flow.written(level.block[i]) & reads)])

    def _lowest(self, level: _Level) -> int:
        return max((i + 1 for i in range(level.place) if self._is_barrier(level.block[i])), default=0)

    def _levels(self, statement: ast.stmt) -> Iterator[_Level]:
        """Return the blocks around ``backward()`` in which its loss may be computed, innermost first."""
        scopes = self.context.scopes
        tests: list[ast.expr] = []
        current: ast.stmt = statement
        while True:
            block = scopes.siblings(current)
            yield _Level(block, block.index(current), tuple(tests))
            outer = scopes.outer_statement(current)
            if isinstance(outer, ast.If) and current in outer.body and _is_plain_test(outer.test):
                tests.append(outer.test)
            elif not isinstance(outer, ast.With):
                return
            current = outer

    def _computes(self, loss: ast.expr) -> bool:
        """Return whether an expression calls something with arguments, beside what scales a loss."""
        return any(
            isinstance(part, ast.Call)
            and (part.args or part.keywords)
            and not self.flow.only_prepares(part)
            and part not in self.scaling
            for part in ast.walk(loss)
        )

    def _checked(
        self, verb: Verb, level: _Level, chosen: list[int], first: int, last: int
    ) -> Forward | Obstacle:
        """Return the forward pass, unless something in it or around it stands in the way."""
        backward = shortened(self.context.source.of(verb.call))
        block, part = level.block, level.block[first : last + 1]
        statement = self.context.scopes.statement(verb.call)
        name = verb.receiver.id if isinstance(verb.receiver, ast.Name) else None
        if name is not None and not any(name in self.flow.bound(entry) for entry in part):
            return _elsewhere(backward, statement)
        changed = frozenset().union(*(self.flow.written(entry) for entry in block[first : level.place]))
        tested = {ast.unparse(n) for t in level.tests for n in ast.walk(t) if isinstance(n, ast.expr)}
        if level.tests and changed & tested:
            return _elsewhere(backward, statement)
        sources = [block[i] for i in range(first) if i in chosen]
        sources += [block[i] for i in range(first, last + 1) if i in chosen or not self._only_binds(block[i])]
        obstacle = Obstacles(self.context, self.flow).find([*part, statement])
        obstacle = obstacle or next(self._sources.find(sources, verb, statement, backward), None)
        obstacle = obstacle or self._no_model(part, verb, statement, backward)
        if obstacle is not None:
            return obstacle
        here = part[0] if part else block[first]
        names = Interface(self.context, self.flow).find(part, verb.receiver, here)
        if isinstance(names, Obstacle):
            return names
        constants = [n for entry in part for n in ast.walk(entry) if self.flow.is_without_gradients(n)]
        switched_off = tuple(node for node in constants if isinstance(node, ast.With))
        return Forward(
            verb,
            block,
            first,
            last,
            verb.receiver,
            names.arguments,
            names.results,
            names.shared,
            level.tests,
            switched_off,
        )

    def _only_binds(self, statement: ast.stmt) -> bool:
        """Return whether a statement gives names a value, and nothing else: the loss does not need them."""
        return isinstance(statement, ast.Assign) and self.flow.written(statement) <= self.flow.overwritten(
            statement
        )

    def _no_model(
        self, part: list[ast.stmt], verb: Verb, statement: ast.stmt, backward: str
    ) -> Obstacle | None:
        """Return an obstacle where nothing in the forward pass may be a model: the caller runs it."""
        calls = [c for node in (*part, verb.receiver) for c in ast.walk(node) if isinstance(c, ast.Call)]
        if any(self._may_be_model(call) for call in calls):
            return None
        return _elsewhere(backward, statement)

    def _may_be_model(self, call: ast.Call) -> bool:
        """Return whether a call may run a model: no function of the source framework, no tensor's method."""
        if call in self.scaling or self.flow.only_prepares(call):
            return False
        meaning = self.context.names.meaning(call.func)
        module = self.context.tables.source_module
        if any(name.split(".")[0] == module for name in meaning.names):
            return False
        return not isinstance(call.func, ast.Attribute) or bool(call.args or call.keywords)

    def _is_barrier(self, statement: ast.stmt) -> bool:
        return any(
            barrier is statement or any(a is statement for a in self.context.scopes.ancestors(barrier))
            for barrier in self.barriers
        )

    def _slice(self, block: list[ast.stmt], lowest: int, place: int, loss: ast.expr) -> list[int]:
        """Return which statements of the block the loss is computed by."""
        needed = {ast.unparse(read) for read in self.flow.gradient_reads(loss)}
        chosen = []
        for i in range(place - 1, lowest - 1, -1):
            statement = block[i]
            changes = self.flow.written(statement) & needed or self.flow.may_change(statement, needed)
            if statement in self.clearing or not changes:
                continue
            chosen.append(i)
            needed -= self.flow.overwritten(statement)
            needed |= {ast.unparse(read) for read in self.flow.gradient_reads(statement)}
        return sorted(chosen)


def _elsewhere(backward: str, statement: ast.stmt) -> Obstacle:
    return Obstacle(message("forward.loss_elsewhere", backward=backward), statement)


def _makes_list(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(value, (ast.List, ast.ListComp)) or (
        isinstance(called, ast.Name) and called.id == "list"
    )


def _is_plain_test(test: ast.expr) -> bool:
    """Return whether a condition has the same value wherever it is asked, as long as its names have."""
    allowed = (ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.operator)
    others = (ast.cmpop, ast.boolop, ast.unaryop, ast.expr_context)
    return all(isinstance(part, (*allowed, *others)) for part in ast.walk(test))
