"""What the statements of one function read and write, and through what a gradient can flow."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Binding, Scope
from optconv.converter.training_step.callees import hidden_reads, reached_functions
from optconv.converter.tree_index import arguments_of, position_of

_JUMPS = (
    ast.Return,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.Global,
    ast.Nonlocal,
    ast.AsyncFor,
    ast.AsyncWith,
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Dataflow:
    """Reads and writes of names (and of attributes such as ``self.loss``) in one scope."""

    def __init__(self, context: FileContext, scope: Scope) -> None:
        self.context = context
        self.scope = scope
        self._idioms = context.tables.idioms

    def written(self, statement: ast.stmt) -> frozenset[str]:
        """Return what a statement gives a value to or changes: names, attributes, containers."""
        names = {name for name, bindings in self._bindings_in(statement)}
        for part in ast.walk(statement):
            if isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load):
                names.add(self.stored(part))
            elif isinstance(part, ast.Call) and self.changes_its_object(part):
                assert isinstance(part.func, ast.Attribute)
                names.add(ast.unparse(part.func.value))
        return frozenset(names)

    def bound(self, statement: ast.stmt) -> frozenset[str]:
        """Return the names that a statement binds in this scope."""
        return frozenset(name for name, _ in self._bindings_in(statement))

    def _bindings_in(self, statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
        for part in ast.walk(statement):
            yield from self._bindings_at.get(part, ())

    @cached_property
    def _bindings_at(self) -> Mapping[ast.AST, list[tuple[str, Binding]]]:
        """Return the bindings of the scope by the nodes that bind."""
        collected: dict[ast.AST, list[tuple[str, Binding]]] = defaultdict(list)
        for name, bindings in self.scope.bindings.items():
            for binding in bindings:
                collected[binding.node].append((name, binding))
        return collected

    def changes_its_object(self, call: ast.Call) -> bool:
        """Return whether a call may put something into the object whose method it is."""
        if not isinstance(call.func, ast.Attribute) or not isinstance(
            call.func.value, (ast.Name, ast.Attribute)
        ):
            return False
        name = call.func.attr
        return name in self._idioms.changing_methods or (name.endswith("_") and not name.endswith("__"))

    def may_change(self, statement: ast.stmt, needed: Collection[str]) -> bool:
        """Return whether a statement that only calls something may put a result where a loss finds it.

        That is a method of an object that the loss is computed with, or a function that is given one.
        """
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or self.only_prepares(call):
            return False
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in self._idioms.mode_methods or name in self.context.tables.training_step_members:
            return False
        reached = reached_functions(self.context, [call])
        if any(self._trains(function) for function in reached):
            return False
        if isinstance(function, ast.Attribute) and ast.unparse(function.value) in needed:
            return not reached or any(map(self._changes_something, reached))
        values = arguments_of(call)
        if not {ast.unparse(value) for value in values} & set(needed):
            return False
        if reached:
            return any(map(self._changes_something, reached))
        runs = any(isinstance(n, ast.Call) and not self.only_prepares(n) for v in values for n in ast.walk(v))
        return runs or isinstance(function, ast.Name)

    def _trains(self, function: ast.AST) -> bool:
        members = self.context.tables.training_step_members
        return any(isinstance(n, ast.Attribute) and n.attr in members for n in ast.walk(function))

    def _changes_something(self, function: ast.AST) -> bool:
        """Return whether a function of the file changes an object, or a name outside of it."""
        return any(
            isinstance(part, (ast.Global, ast.Nonlocal))
            or (isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load))
            or (isinstance(part, ast.Call) and self.changes_its_object(part))
            for part in ast.walk(function)
        )

    @staticmethod
    def stored(part: ast.Attribute | ast.Subscript) -> str:
        """Return what is changed by storing into ``part``: an attribute, or the container of an entry."""
        inner: ast.expr = part
        while isinstance(inner, ast.Subscript):
            inner = inner.value
        return ast.unparse(inner)

    def overwritten(self, statement: ast.stmt) -> frozenset[str]:
        """Return the names that certainly have a new value behind a statement, whatever they had before."""
        match statement:
            case ast.Assign(targets=targets):
                parts = [part for target in targets for part in _flat(target)]
            case ast.AnnAssign(target=target, value=ast.expr()):
                parts = [target]
            case ast.With(body=body):
                return self.overwritten_by_all(body)
            case ast.If(body=body, orelse=orelse) if orelse:
                return self.overwritten_by_all(body) & self.overwritten_by_all(orelse)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                return frozenset({name})
            case _:
                return frozenset()
        return frozenset(ast.unparse(part) for part in parts if isinstance(part, (ast.Name, ast.Attribute)))

    def overwritten_by_all(self, block: Iterable[ast.stmt]) -> frozenset[str]:
        """Return what a block as a whole certainly overwrites."""
        return frozenset().union(*(self.overwritten(statement) for statement in block))

    def gradient_reads(self, node: ast.AST) -> list[ast.expr]:
        """Return the names and attributes that a gradient can flow through to ``node``.

        A gradient does not flow through what is detached, nor through a number or a shape.
        """
        found: list[ast.expr] = []
        stack: list[ast.AST] = [node]
        while stack:
            part = stack.pop()
            if self.stops_gradient(part):
                continue
            if (isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and self.is_of_scope(part)) or (
                isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load) and _is_chain(part)
            ):
                found.append(part)
            elif isinstance(part, ast.AugAssign) and isinstance(part.target, (ast.Name, ast.Attribute)):
                found.append(part.target)
            stack.extend(ast.iter_child_nodes(part))
        return [*found, *hidden_reads(self.context, [node], self.scope)]

    def stops_gradient(self, part: ast.AST) -> bool:
        """Return whether no gradient flows through ``part``."""
        method = part.func if isinstance(part, ast.Call) else part
        if isinstance(method, ast.Attribute):
            return method.attr in self._idioms.gradient_stops | self._idioms.plain_results
        return self.is_without_gradients(part)

    def is_without_gradients(self, part: ast.AST) -> bool:
        """Return whether ``part`` is a ``with`` block in which gradients are switched off."""
        if not isinstance(part, ast.With):
            return False
        names = {
            n.attr if isinstance(n, ast.Attribute) else n.id
            for item in part.items
            for n in ast.walk(item.context_expr)
            if isinstance(n, (ast.Attribute, ast.Name))
        }
        return bool(names & self._idioms.gradient_switches)

    def is_of_scope(self, name: ast.Name) -> bool:
        """Return whether a name is one of this scope or of one around it, not of a comprehension inside."""
        found = self.context.scopes.lookup(name.id, name)
        scope: Scope | None = self.scope
        while scope is not None:
            if scope is found:
                return True
            scope = scope.parent
        return found is None

    def is_preparation(self, statement: ast.AST) -> bool:
        """Return whether a statement computes nothing that a gradient could flow through to a parameter.

        It may move data to a device, change its shape or take it apart; it calls nothing that may be a model.
        """
        if self.is_without_gradients(statement):
            return True
        return all(self.only_prepares(part) for part in ast.walk(statement) if isinstance(part, ast.Call))

    def only_prepares(self, call: ast.Call) -> bool:
        """Return whether a call only moves, shapes or makes data, by the name of what is called."""
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in self._idioms.data_functions or name in self._idioms.parameter_constructors

    def jumps(self, statements: Iterable[ast.stmt]) -> ast.AST | None:
        """Return what leaves the statements, or cannot stand in another function: ``return`` or ``break``."""
        stack: list[tuple[ast.AST, bool]] = [(statement, False) for statement in statements]
        while stack:
            node, in_loop = stack.pop()
            if isinstance(node, _JUMPS) or (isinstance(node, (ast.Break, ast.Continue)) and not in_loop):
                return node
            if isinstance(node, _INNER):
                continue
            inside = in_loop or isinstance(node, _LOOPS)
            stack += [(child, inside) for child in ast.iter_child_nodes(node)]
        return None

    def loops_around(self, statement: ast.stmt) -> list[ast.For | ast.While]:
        """Return the loops around a statement within its function, innermost first."""
        found: list[ast.For | ast.While] = []
        for ancestor in self.context.scopes.ancestors(statement):
            if isinstance(ancestor, _INNER):
                break
            if isinstance(ancestor, (ast.For, ast.While)):
                found.append(ancestor)
        return found

    def loads(self, names: Collection[str]) -> list[ast.Name]:
        """Return where the file reads or deletes some names, from its beginning to its end."""
        scopes = self.context.scopes
        read = [load for name in names for load in scopes.names_called.get(name, ())]
        return sorted([*read, *(n for n in scopes.deleted if n.id in names)], key=position_of)


def _flat(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [part for entry in target.elts for part in _flat(entry)]
    return [target.value if isinstance(target, ast.Starred) else target]


def _is_chain(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
