"""Cuts the forward pass out of a block: the statements between the data and the loss."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Binding
from optconv.converter.source import shortened
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.layout import has_long_string
from optconv.converter.training_step.verbs import Verb
from optconv.converter.tree_index import position_of
from optconv.mappings import Text

_ELSEWHERE = Text(
    "the loss is not computed in the same block as `{backward}`",
    "损失不是在 `{backward}` 所在的代码块中计算的",
)
_OUTSIDE = Text(
    "`{name}`, which the loss is computed from, is computed on line {line}, outside the block of `{backward}`",
    "损失依赖的 `{name}` 在第 {line} 行计算，不在 `{backward}` 所在的代码块中",
)
_TWICE = Text(
    "`{name}` of line {line} has a part in two backward passes",
    "第 {line} 行的 `{name}` 参与了两次反向计算",
)
_JUMP = Text(
    "the forward pass has `{statement}` on line {line}, which cannot stand in a function of its own",
    "前向计算中第 {line} 行的 `{statement}` 不能放进单独的函数",
)
_BETWEEN = Text(
    "line {line} changes parameters or gradients in the middle of the forward pass",
    "第 {line} 行在前向计算中间修改了参数或梯度",
)
_SWITCHED_OFF = Text(
    "gradients are switched off on line {line}, in the middle of the forward pass; move that in front of it",
    "第 {line} 行在前向计算中间关闭了梯度；请把它移到前向计算之前",
)
_GRADIENT = Text(
    "line {line} reads or writes gradients (`{what}`)",
    "第 {line} 行读写了梯度（`{what}`）",
)
_SAME_LINE = Text(
    "several statements stand on line {line}; write each on a line of its own",
    "第 {line} 行有多条语句；请分行书写",
)
_MAYBE_UNBOUND = Text(
    "`{name}` is used behind the step, and is assigned on some paths of the forward pass only",
    "`{name}` 在该步之后被使用，但前向计算中只有部分路径为它赋值",
)
_READ_AS_GLOBAL = Text(
    "`{name}` is assigned in the forward pass and read as a global by a function that it calls",
    "`{name}` 在前向计算中被赋值，又被其中调用的函数作为全局变量读取",
)
_DECLARED = Text(
    "`{name}` is declared global or nonlocal and is assigned in the forward pass",
    "`{name}` 被声明为 global 或 nonlocal，并在前向计算中被赋值",
)


_OWN_FRAME = ("super", "locals", "vars", "__class__")  # mean something else in another function


@dataclass(frozen=True)
class Obstacle:
    """Why a step cannot be cut out, and where."""

    reason: Text
    node: ast.stmt | ast.expr


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

    def cut(self, verb: Verb) -> Forward | Obstacle:
        """Return the forward pass of a ``backward()``, or why it cannot be cut out."""
        statement = self.context.scopes.statement(verb.call)
        backward = shortened(self.context.source.of(verb.call))
        elsewhere = Obstacle(_ELSEWHERE.format(backward=backward), statement)
        if not isinstance(statement, ast.Expr) or statement.value is not verb.call:
            return elsewhere
        for level in self._levels(statement):
            chosen = self._slice(level.block, self._lowest(level), level.place, verb.receiver)
            computing = [i for i in chosen if not self.flow.is_preparation(level.block[i])]
            if computing:
                return self._checked(verb, level, computing[0], chosen[-1], backward)
            if chosen:
                return elsewhere
            if self._computes(verb.receiver):  # the loss is computed where its gradient is asked for
                return self._checked(verb, level, level.place, level.place - 1, backward)
        return elsewhere

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

    def _checked(self, verb: Verb, level: _Level, first: int, last: int, backward: str) -> Forward | Obstacle:
        """Return the forward pass, unless something in it or around it stands in the way."""
        block, part = level.block, level.block[first : last + 1]
        statement = self.context.scopes.statement(verb.call)
        name = verb.receiver.id if isinstance(verb.receiver, ast.Name) else None
        if name is not None and not any(name in self.flow.bound(entry) for entry in part):
            return Obstacle(_ELSEWHERE.format(backward=backward), statement)
        changed = frozenset().union(*(self.flow.written(entry) for entry in block[first : level.place]))
        tested = {ast.unparse(n) for t in level.tests for n in ast.walk(t) if isinstance(n, ast.expr)}
        if level.tests and changed & tested:
            return Obstacle(_ELSEWHERE.format(backward=backward), statement)
        obstacle = self._obstacle([*part, statement])
        obstacle = obstacle or next(self._outside(part, verb, statement, backward), None)
        obstacle = obstacle or self._no_model(part, verb, statement, backward)
        if obstacle is not None:
            return obstacle
        return self._with_names(verb, level, first, last)

    def _no_model(
        self, part: list[ast.stmt], verb: Verb, statement: ast.stmt, backward: str
    ) -> Obstacle | None:
        """Return an obstacle where nothing in the forward pass may be a model: it is computed by the caller."""
        calls = [c for node in (*part, verb.receiver) for c in ast.walk(node) if isinstance(c, ast.Call)]
        if any(self._may_be_model(call) for call in calls):
            return None
        return Obstacle(_ELSEWHERE.format(backward=backward), statement)

    def _may_be_model(self, call: ast.Call) -> bool:
        """Return whether a call may run a model: not a function of the source framework, not a tensor's method."""
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
            if statement in self.clearing or not self.flow.written(statement) & needed:
                continue
            chosen.append(i)
            needed -= self.flow.overwritten(statement)
            needed |= {ast.unparse(read) for read in self.flow.gradient_reads(statement)}
        return sorted(chosen)

    def _obstacle(self, part: list[ast.stmt]) -> Obstacle | None:
        """Return what in the forward pass cannot stand in a function, or in this one."""
        source = self.context.source
        jump = self.flow.jumps(part)
        if jump is not None:
            statement = self.context.scopes.statement(jump)
            shown = shortened(source.of(statement))
            return Obstacle(_JUMP.format(statement=shown, line=str(statement.lineno)), statement)
        for statement in part:
            if not self._has_own_lines(statement):
                return Obstacle(_SAME_LINE.format(line=str(statement.lineno)), statement)
        for node in (node for statement in part for node in ast.walk(statement)):
            if (
                isinstance(node, ast.With)
                and self.flow.is_without_gradients(node)
                and not self._is_simple(node)
            ):
                return Obstacle(_SWITCHED_OFF.format(line=str(node.lineno)), node)
            if isinstance(node, ast.Name) and node.id in _OWN_FRAME:
                return Obstacle(_JUMP.format(statement=node.id, line=str(node.lineno)), node)
            if self._handles_gradients(node):
                assert isinstance(node, ast.expr)
                what = shortened(source.of(node))
                return Obstacle(_GRADIENT.format(line=str(node.lineno), what=what), node)
        return None

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

    def _outside(
        self, part: list[ast.stmt], verb: Verb, statement: ast.stmt, backward: str
    ) -> Iterator[Obstacle]:
        """Return what a gradient can flow through that is computed outside of the forward pass."""
        inside = {id(node) for entry in part for node in ast.walk(entry)}
        loops, here = self.flow.loops_around(statement), part[0] if part else statement
        keepers = self.context.tables.idioms.graph_keepers
        keeps_graph = any(keyword.arg in keepers for keyword in verb.call.keywords)
        for read in [r for node in (*part, verb.receiver) for r in self.flow.gradient_reads(node)]:
            if isinstance(read, ast.Attribute):
                yield from self._attribute_outside(read, inside, backward)
                continue
            assert isinstance(read, ast.Name)
            for binding in self.context.scopes.reaching(read.id, read):
                if id(binding.node) in inside or not self._may_carry_gradient(binding, read):
                    continue
                if loops and not keeps_graph and not self._in_same_round(binding, loops[0], here):
                    continue  # the graph of an earlier round is gone
                line = str(getattr(binding.node, "lineno", 0))
                known = _TWICE if self._is_in_block(binding, here) else _OUTSIDE
                yield Obstacle(known.format(name=read.id, line=line, backward=backward), statement)

    def _is_in_block(self, binding: Binding, first: ast.stmt) -> bool:
        scopes = self.context.scopes
        return scopes.block_of(scopes.statement(binding.node)) == scopes.block_of(first)

    def _may_carry_gradient(self, binding: Binding, read: ast.Name) -> bool:
        """Return whether what a binding gives may be computed from parameters of a model."""
        if binding.kind in ("import", "definition", "parameter", "loop", "delete"):
            return False
        scopes = self.context.scopes
        parent = scopes.parents[read]
        if isinstance(parent, ast.Call) and parent.func is read:
            return False  # a model or a function, not what it returns
        if any(self.flow.is_without_gradients(ancestor) for ancestor in scopes.ancestors(binding.node)):
            return False
        statement = scopes.statement(binding.node)
        return not (self.flow.is_preparation(statement) or _only_constructs(statement))

    def _in_same_round(self, binding: Binding, loop: ast.For | ast.While, first: ast.stmt) -> bool:
        inside = any(ancestor is loop for ancestor in self.context.scopes.ancestors(binding.node))
        return inside and position_of(binding.node) < position_of(first)

    def _attribute_outside(self, read: ast.Attribute, inside: set[int], backward: str) -> Iterator[Obstacle]:
        """Return where an attribute such as ``self.fake`` is computed by another method."""
        functions = self.context.kinds.functions
        holder = functions.class_of(read.value)
        if holder is None:
            return
        parent = self.context.scopes.parents[read]
        if isinstance(parent, ast.Call) and parent.func is read:
            return
        for binding in functions.attribute_bindings.get((holder, read.attr), []):
            statement = self.context.scopes.statement(binding.node)
            if (
                id(binding.node) in inside
                or self.flow.is_preparation(statement)
                or _only_constructs(statement)
            ):
                continue
            line = str(getattr(binding.node, "lineno", 0))
            name = ast.unparse(read)
            yield Obstacle(_OUTSIDE.format(name=name, line=line, backward=backward), read)

    def _with_names(self, verb: Verb, level: _Level, first: int, last: int) -> Forward | Obstacle:
        """Find out what goes into the forward pass and what comes out of it."""
        block = level.block
        part = block[first : last + 1]
        here = part[0] if part else block[first]
        bound = frozenset().union(*(self.flow.bound(statement) for statement in part))
        declared = bound & (self.flow.scope.global_names | self.flow.scope.nonlocal_names)
        if declared:
            return Obstacle(_DECLARED.format(name=min(declared)), here)
        inside = {id(node) for statement in part for node in ast.walk(statement)}
        read = self._read_as_global(part, bound)
        if read is not None:
            return Obstacle(_READ_AS_GLOBAL.format(name=read), here)
        loss = {id(node) for node in ast.walk(verb.receiver)}
        arguments = self._arguments(part, verb.receiver, bound, here)
        certain = self.flow.overwritten_by_all(part)
        results = []
        for load in sorted(self.flow.loads, key=position_of):
            if load.id not in bound or id(load) in inside or id(load) in loss or load.id in results:
                continue
            if load.id == getattr(verb.receiver, "id", None):
                continue  # the loss itself comes back in any case
            if any(id(b.node) in inside for b in self.context.scopes.reaching(load.id, load)):
                if load.id not in certain and load.id not in arguments:
                    return Obstacle(_MAYBE_UNBOUND.format(name=load.id), here)
                results.append(load.id)
        constants = [n for entry in part for n in ast.walk(entry) if self.flow.is_without_gradients(n)]
        return Forward(
            verb,
            block,
            first,
            last,
            verb.receiver,
            arguments,
            tuple(results),
            level.tests,
            tuple(node for node in constants if isinstance(node, ast.With)),
        )

    def _read_as_global(self, part: list[ast.stmt], bound: frozenset[str]) -> str | None:
        """Return a name of the module that the forward pass assigns, and that a function called in it reads."""
        if not isinstance(self.flow.scope.node, ast.Module):
            return None
        functions = self.context.kinds.functions
        calls = [c for entry in part for c in ast.walk(entry) if isinstance(c, ast.Call)]
        called = [functions.called_function(call) for call in calls]
        names = [n for f in called if f is not None for n in ast.walk(f) if isinstance(n, ast.Name)]
        module = self.flow.scope
        reads = {n.id for n in names if n.id in bound and self.context.scopes.lookup(n.id, n) is module}
        return min(reads, default=None)

    def _arguments(
        self, part: list[ast.stmt], loss: ast.expr, bound: frozenset[str], here: ast.stmt
    ) -> tuple[str, ...]:
        """Return the names that the forward pass gets: what it changes, and what changes from round to round."""
        inside = {id(node) for statement in part for node in ast.walk(statement)}
        loops = self.flow.loops_around(here)
        found: list[str] = []
        defined: set[str] = set()
        entries: list[ast.stmt | ast.expr] = [*part, loss]
        for entry in entries:
            for read in self._reads(entry):
                if read.id in found or read.id in defined:
                    continue
                outside = [b for b in self.context.scopes.reaching(read.id, read) if id(b.node) not in inside]
                if not outside or self.context.scopes.lookup(read.id, read) is not self.flow.scope:
                    continue
                if read.id in bound or self._varies(outside, loops, here, read):
                    found.append(read.id)
            if isinstance(entry, ast.stmt):
                defined |= self.flow.overwritten(entry)
        return tuple(found)

    def _reads(self, entry: ast.stmt | ast.expr) -> list[ast.Name]:
        """Return the names that a statement or an expression reads, in order; ``x += 1`` reads ``x``."""
        names = [
            node
            for node in ast.walk(entry)
            if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Load) or self._is_augmented(node))
        ]
        return sorted(names, key=position_of)

    def _is_augmented(self, node: ast.Name) -> bool:
        parent = self.context.scopes.parents.get(node)
        return isinstance(parent, ast.AugAssign) and parent.target is node

    def _varies(
        self, outside: list[Binding], loops: list[ast.For | ast.While], here: ast.stmt, read: ast.Name
    ) -> bool:
        """Return whether a name may have another value the next time: it is data, not a model."""
        scopes = self.context.scopes
        if loops:
            return any(
                any(ancestor is loop for ancestor in scopes.ancestors(binding.node))
                for binding in outside
                for loop in loops
            )
        parent = scopes.parents[read]
        used = isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is read)
        block = scopes.block_of(here)
        return not used and any(
            binding.kind == "parameter" or scopes.block_of(scopes.statement(binding.node)) == block
            for binding in outside
        )


def _is_plain_test(test: ast.expr) -> bool:
    """Return whether a condition has the same value wherever it is asked, as long as its names have."""
    allowed = (ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.operator)
    others = (ast.cmpop, ast.boolop, ast.unaryop, ast.expr_context)
    return all(isinstance(part, (*allowed, *others)) for part in ast.walk(test))


def _only_constructs(statement: ast.stmt) -> bool:
    """Return whether a statement only makes objects, by the names that classes have."""
    calls = [part for part in ast.walk(statement) if isinstance(part, ast.Call)]
    names = [
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in calls
    ]
    return any(name[:1].isupper() for name in names)
