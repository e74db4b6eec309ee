"""Scopes of a module: which names are bound where, by what, and which bindings can reach a use.

Python's own rules (functions do not see class scopes, comprehensions are functions, ``global`` and
``nonlocal``) decide which scope a name belongs to. Within a scope, the statements that may have run before a
use decide which of its bindings can be in effect there.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Collection

from optconv.converter.bindings import (
    ANY_ENTRY,
    BINDING_PARTS,
    COMPREHENSIONS,
    Binding,
    FunctionNode,
    Scope,
)
from optconv.converter.tree_index import TreeIndex, evaluated_outside, position_of

__all__ = ["ANY_ENTRY", "Binding", "FunctionNode", "Scope", "ScopeTree"]

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def numbered(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Return ``wanted``, or it with the first number that makes it a name that is not taken."""
    name, number = wanted, 1
    while is_taken(name):
        number += 1
        name = f"{wanted}_{number}"
    return name


def _place(binding: Binding) -> tuple[int, int]:
    return position_of(binding.node)


class ScopeTree(TreeIndex):
    """The scopes of a module, and which bindings of a name can be in effect where it is used."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__(tree)
        self._reaching: dict[tuple[str, ast.AST], list[Binding]] = {}

    def may_be_rebound_by_star(self, binding: Binding) -> bool:
        """Return whether a star import behind a binding of the module may bind the name again."""
        own = self.module.bindings.get(binding.name, [])
        return binding in own and self.module.last_star > position_of(binding.node)[0]

    def is_free(self, name: str, imported: str, removed: Collection[Binding] = ()) -> bool:
        """Return whether ``name`` means nothing in the file but what ``imported`` brings in."""
        bindings = (b for scope in self.scopes.values() for b in scope.bindings.get(name, ()))
        return all(binding in removed or binding.imported == imported for binding in bindings)

    def lookup(self, name: str, node: ast.AST) -> Scope | None:
        """Return the scope whose binding of ``name`` is meant at ``node``, or None (a builtin, a star)."""
        scope = self.enclosing_scope(node)
        if isinstance(scope.node, ast.ClassDef) and name in scope.bindings and name not in scope.global_names:
            return scope
        return self._find(name, scope)

    def _comes_before(self, binding: Binding, node: ast.AST) -> bool:
        """Return whether a class body may have run a binding when it comes to ``node``."""
        before = position_of(binding.node) < position_of(node) and not self._assigns_later(binding, node)
        return before or self._share_loop(binding.node, node)

    def reaching(self, name: str, node: ast.AST) -> list[Binding]:
        """Return the bindings of ``name`` that can be in effect at ``node``; too many rather than too few."""
        key = (name, node)
        if key not in self._reaching:
            self._reaching[key] = self._find_reaching(name, node)
        return self._reaching[key]

    def contributing(self, name: str, node: ast.AST) -> list[Binding]:
        """Return the bindings in effect at ``node``, and those of what an augmented assignment adds to."""
        found = [*self.reaching(name, node)]
        for binding in found:  # it grows on the way
            if isinstance(self.parents.get(binding.node), ast.AugAssign):
                found += [b for b in self.reaching(name, binding.node) if b not in found]
        return found

    def _find_reaching(self, name: str, node: ast.AST) -> list[Binding]:
        scope = self.lookup(name, node)
        if scope is None:
            return []
        bindings = scope.bindings[name]
        if isinstance(scope.node, ast.ClassDef) and not any(self._comes_before(b, node) for b in bindings):
            outer = self._find(
                name, scope.parent
            )  # what a class body has not bound yet, it looks for outside
            return outer.bindings[name] if outer is not None else bindings
        if len(bindings) == 1 or scope is not self.enclosing_scope(node):
            return bindings  # a use in an inner function may run after any of them
        use = position_of(node)
        first = self._last_certain(bindings, bisect_left(bindings, use, key=_place), node)
        last = None if first is None else bindings[first]  # the last that has certainly run
        reached = [] if last is None else [last]
        end = self._end_of_loops(node)
        for index in range(0 if first is None else first + 1, len(bindings)):
            binding = bindings[index]
            place = _place(binding)
            if place >= use if end is None else place > end:
                break  # what stands there runs before the use only in a round of a loop around both
            if isinstance(binding.node, ast.ExceptHandler) and not self._is_inside(node, binding.node):
                continue  # the name of an exception is deleted behind its handler
            before = place < use and not self._assigns_later(binding, node)
            if before or (self._share_loop(binding.node, node) and not self._is_undone(binding, last, node)):
                reached.append(binding)
        return reached or bindings

    def _last_certain(self, bindings: list[Binding], behind: int, node: ast.AST) -> int | None:
        """Return the place among the first ``behind`` bindings of the last that has certainly run."""
        for index in range(behind - 1, -1, -1):
            binding = bindings[index]
            if isinstance(binding.node, ast.ExceptHandler) and not self._is_inside(node, binding.node):
                continue
            if not self._assigns_later(binding, node) and self._always_runs_before(binding, node):
                return index
        return None

    def _end_of_loops(self, node: ast.AST) -> tuple[int, int] | None:
        """Return where the outermost loop around ``node`` ends; None where it stands in none."""
        loops = [a for a in self.ancestors(node) if isinstance(a, _LOOPS)]
        return (loops[-1].end_lineno or 0, loops[-1].end_col_offset or 0) if loops else None

    def is_bound_before(self, name: str, node: ast.AST, within: ast.AST | None = None) -> bool:
        """Return whether a name certainly has a value where ``node`` begins, one of this round of a loop."""
        scope = self.lookup(name, node)
        return scope is None or any(
            binding.kind != "delete"
            and position_of(binding.node) < position_of(node)
            and not self._assigns_later(binding, node)
            and self._always_runs_before(binding, node)
            and (within is None or self._is_inside(binding.node, within))
            for binding in scope.bindings[name]
        )

    def _is_undone(self, later: Binding, last: Binding | None, node: ast.AST) -> bool:
        """Return whether ``last`` runs in each round of the loop, between ``later`` and ``node``."""
        if last is None:
            return False
        around = {id(ancestor) for ancestor in self.ancestors(node)}
        loop = next(a for a in self.ancestors(later.node) if isinstance(a, _LOOPS) and id(a) in around)
        return self._is_inside(last.node, loop)

    def _assigns_later(self, binding: Binding, node: ast.AST) -> bool:
        """Return whether ``node`` is part of what is evaluated before the binding (``x = f(x)``)."""
        if any(self._is_inside(node, part) for part in self._evaluated_before(binding.node)):
            return True
        statement = self.statement(binding.node)
        if isinstance(statement, (ast.For, ast.AsyncFor)) and binding.kind == "loop":
            return self._is_inside(node, statement.iter)
        return (
            binding.kind != "parameter"
            and statement is self.statement(node)
            and isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        )

    def _evaluated_before(self, node: ast.AST) -> list[ast.AST]:
        """Return the parts behind the beginning of what binds a name that are evaluated before it does."""
        parent = self.parents.get(node)
        if isinstance(parent, ast.NamedExpr) and parent.target is node:
            return [parent.value]
        if isinstance(node, ast.ExceptHandler):
            return [node.type] if node.type is not None else []
        arguments = [node.args] if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
        return [*evaluated_outside(node), *arguments]

    def _always_runs_before(self, binding: Binding, node: ast.AST) -> bool:
        """Return whether the binding's statement stands in a block around ``node``, so it always ran."""
        if binding.kind == "parameter":
            return True
        if isinstance(binding.node, BINDING_PARTS):
            return self._is_inside(node, self._holder_of(binding))
        if self._may_be_passed_over(binding):
            return False
        loop = self._loop_of(binding)
        if loop is not None and not any(self._is_inside(node, part) for part in loop):
            return False  # behind a loop that may have had nothing to go through
        holder = self.block_of(self.statement(binding.node))
        current: ast.AST | None = self.statement(node)
        while isinstance(current, ast.stmt):
            if self.block_of(current) == holder:
                return True
            current = self.outer_statement(current)
        return False

    def _holder_of(self, binding: Binding) -> ast.AST:
        """Return the handler or the case that a captured name belongs to."""
        node = binding.node
        while not isinstance(node, (ast.ExceptHandler, ast.match_case)):
            node = self.parents[node]
        return node

    def _is_inside(self, node: ast.AST, holder: ast.AST) -> bool:
        return node is holder or any(ancestor is holder for ancestor in self.ancestors(node))

    def _may_be_passed_over(self, binding: Binding) -> bool:
        """Return whether a walrus stands where it is not always evaluated."""
        child: ast.AST = self.parents[binding.node]
        if not isinstance(child, ast.NamedExpr):
            return False
        for ancestor in self.ancestors(child):
            if isinstance(ancestor, ast.stmt):
                return isinstance(ancestor, ast.While)
            if isinstance(ancestor, ast.BoolOp) and ancestor.values[0] is not child:
                return True
            if isinstance(ancestor, ast.IfExp) and ancestor.test is not child:
                return True
            if isinstance(ancestor, (ast.Lambda, ast.comprehension, *COMPREHENSIONS)):
                return True
            child = ancestor
        return False

    def _loop_of(self, binding: Binding) -> list[ast.AST] | None:
        """Return the body of the loop whose variable the binding is."""
        if binding.kind != "loop":
            return None
        loop = next((a for a in self.ancestors(binding.node) if isinstance(a, (ast.For, ast.AsyncFor))), None)
        return [*loop.body] if loop is not None else None

    def _share_loop(self, first: ast.AST, second: ast.AST) -> bool:
        loops = {
            id(ancestor)
            for ancestor in self.ancestors(first)
            if isinstance(ancestor, _LOOPS)
            and not (isinstance(ancestor, (ast.For, ast.AsyncFor)) and self._is_inside(second, ancestor.iter))
        }
        return any(id(ancestor) in loops for ancestor in self.ancestors(second))
