"""What goes into the function with a forward pass, and what comes out of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Binding
from optconv.converter.training_step.callees import reached_functions
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.tree_index import position_of
from optconv.mappings import message

_PASSED_OVER = (
    *(ast.If, ast.For, ast.While, ast.Try, ast.match_case, ast.FunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)

_LISTS = (ast.List, ast.ListComp)


@dataclass(frozen=True)
class Names:
    """The names that a forward pass shares with the code around it."""

    arguments: tuple[str, ...]
    results: tuple[str, ...]  # beside the loss
    shared: tuple[str, ...]  # variables of the function around it that it changes in place and assigns


class Interface:
    """Finds the names that forward passes of one function share with the code around them."""

    def __init__(self, context: FileContext, flow: Dataflow) -> None:
        self.context = context
        self.flow = flow

    def find(self, part: list[ast.stmt], loss: ast.expr, here: ast.stmt) -> Names | Obstacle:
        """Return the arguments and results of a forward pass.

        Args:
            part: its statements.
            loss: its loss.
            here: its first statement, or the one that the loss is part of.
        """
        bound = frozenset().union(*(self.flow.bound(statement) for statement in part))
        declared = bound & (self.flow.scope.global_names | self.flow.scope.nonlocal_names)
        if declared:
            return Obstacle(message("interface.declared_global", name=min(declared)), here)
        read = self._read_elsewhere(part, bound)
        if read is not None:
            return Obstacle(message("interface.read_elsewhere", name=read), here)
        arguments = self._arguments(part, loss, bound, here)
        for name in arguments:
            if not self.context.scopes.is_bound_before(name, here) and not self._is_always_read(
                name, part, loss
            ):
                return Obstacle(message("interface.maybe_not_yet", name=name), here)
        results = self._results(part, loss, bound)
        results += tuple(name for name in self._carried(part, loss, here, arguments) if name not in results)
        changed = frozenset().union(*(self._changed(statement) for statement in part))
        # The target fails where a list that it was given is changed in place; a closure may change it.
        shared = tuple(name for name in arguments if name in changed)
        arguments = tuple(name for name in arguments if name not in shared)
        results = tuple(name for name in results if name not in shared)
        certain = self.flow.overwritten_by_all(part)
        for name in results:
            if name not in certain and name not in arguments:
                return Obstacle(message("interface.maybe_unbound", name=name), here)
        return Names(arguments, results, shared)

    def _results(self, part: list[ast.stmt], loss: ast.expr, bound: frozenset[str]) -> tuple[str, ...]:
        """Return the names that are used behind the forward pass; the loss itself comes back in any case."""
        inside = {id(node) for statement in part for node in ast.walk(statement)}
        of_loss = {id(node) for node in ast.walk(loss)}
        own = loss.id if isinstance(loss, ast.Name) else None
        found: list[str] = []
        for load in self.flow.loads(bound):
            elsewhere = id(load) not in inside and id(load) not in of_loss
            if load.id != own and load.id not in found and elsewhere:
                reaching = self.context.scopes.reaching(load.id, load)
                if any(id(binding.node) in inside for binding in reaching):
                    found.append(load.id)
        return tuple(found)

    def _carried(
        self, part: list[ast.stmt], loss: ast.expr, here: ast.stmt, arguments: tuple[str, ...]
    ) -> list[str]:
        """Return the arguments that the forward pass gives another value to for the next round of a loop."""
        inside = {id(node) for statement in part for node in ast.walk(statement)}
        loops = self.flow.loops_around(here)[:1]
        own = loss.id if isinstance(loss, ast.Name) else None
        whole: tuple[ast.stmt | ast.expr, ...] = (*part, loss)
        return [
            read.id
            for loop in loops
            for entry in whole
            for read in self._reads(entry)
            if read.id in arguments and read.id != own
            if not self.context.scopes.is_bound_before(read.id, read, loop)
            if any(id(binding.node) in inside for binding in self.context.scopes.reaching(read.id, read))
        ]

    def _read_elsewhere(self, part: list[ast.stmt], bound: frozenset[str]) -> str | None:
        """Return a name that the forward pass assigns, and that a function that it calls has from outside."""
        inside = {id(node) for entry in part for node in ast.walk(entry)}
        reads = {
            read.id
            for function in reached_functions(self.context, part)
            if id(function) not in inside
            for read in ast.walk(function)
            if isinstance(read, ast.Name) and read.id in bound
            if self.context.scopes.lookup(read.id, read) is self.flow.scope
        }
        return min(reads, default=None)

    def _arguments(
        self, part: list[ast.stmt], loss: ast.expr, bound: frozenset[str], here: ast.stmt
    ) -> tuple[str, ...]:
        """Return what the forward pass gets: names that it changes, and that change from round to round."""
        inside = {id(node) for statement in part for node in ast.walk(statement)}
        loops = self.flow.loops_around(here)
        changed = self._changed_in_place(part) - bound
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
                if read.id in changed:
                    continue  # a list that is an argument must not be changed (measured: a RuntimeError)
                if read.id in bound or self._varies(outside, loops, here, read):
                    found.append(read.id)
            if isinstance(entry, ast.stmt):
                defined |= self.flow.overwritten(entry)
        return tuple(found)

    def _is_always_read(self, name: str, part: list[ast.stmt], loss: ast.expr) -> bool:
        """Return whether each run of the forward pass reads a name: it has a value then."""
        entries = {id(entry) for entry in part} | {id(loss)}
        whole: tuple[ast.stmt | ast.expr, ...] = (*part, loss)
        reads = (read for entry in whole for read in self._reads(entry) if read.id == name)
        return any(self._always_runs(read, entries) for read in reads)

    def _always_runs(self, node: ast.AST, entries: set[int]) -> bool:
        while id(node) not in entries:
            parent = self.context.scopes.parents[node]
            if isinstance(parent, _PASSED_OVER) and node not in (
                getattr(parent, "test", None),
                getattr(parent, "iter", None),
            ):
                return False
            node = parent
        return True

    def _changed(self, statement: ast.stmt) -> frozenset[str]:
        """Return the names whose objects a statement changes: lists get longer, tensors have new entries."""
        found = set()
        for part in ast.walk(statement):
            match part:
                case ast.Subscript(ctx=ast.Store() | ast.Del()):
                    found.add(self.flow.stored(part))
                case ast.Call() if self.flow.changes_its_object(part) and isinstance(
                    part.func, ast.Attribute
                ):
                    found.add(ast.unparse(part.func.value))
                case ast.AugAssign(target=ast.Name(id=name)) if self._is_list(part.value, part):
                    found.add(name)
        return frozenset(found)

    def _is_list(self, added: ast.expr, statement: ast.AugAssign) -> bool:
        """Return whether ``x += added`` makes a list longer, by what is added or by what ``x`` was."""
        if isinstance(added, _LISTS):
            return True
        assert isinstance(statement.target, ast.Name)
        reaching = self.context.scopes.reaching(statement.target.id, statement.target)
        return any(isinstance(binding.value, _LISTS) for binding in reaching)

    def _changed_in_place(self, part: list[ast.stmt]) -> frozenset[str]:
        """Return the names whose objects the forward pass changes, as far as that can be seen."""
        changed = frozenset().union(*(self.flow.written(statement) for statement in part))
        given = {
            name.id
            for entry in part
            for statement in ast.walk(entry)
            if isinstance(statement, ast.Expr)
            for name in ast.walk(statement)
            if isinstance(name, ast.Name) and self.flow.may_change(statement, {name.id})
        }
        return changed | given

    def _all_bindings(self, read: ast.Name) -> list[Binding]:
        scope = self.context.scopes.lookup(read.id, read)
        return scope.bindings.get(read.id, []) if scope is not None else []

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
        functions = self.context.kinds.functions
        own = functions.function_around(here)
        if any(
            functions.function_around(b.node) is not own
            for b in self._all_bindings(read)
            if b.kind != "parameter"
        ):
            return False  # another function assigns it, maybe in the forward pass: it is read where it is
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
