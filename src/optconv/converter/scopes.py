"""Scopes of a module: which names are bound where, by what, and which bindings can reach a use.

Python's own rules (functions do not see class scopes, comprehensions are functions, ``global`` and
``nonlocal``) decide which scope a name belongs to. Within a scope, the statements that may have run before a
use decide which of its bindings can be in effect there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

ScopeNode = (
    ast.Module
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ClassDef
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = frozenset({*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS})
ANY_ENTRY = -1
"""In a path: some entry of a container, it is not known which."""
_BINDING_PARTS = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
# What binds or declares names otherwise than by an `ast.Name`.
_DECLARING = frozenset(
    {ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal}
    | {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef}
    | {ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping}
)
# Fields without nodes of the tree's own: the shared nodes of contexts and operators, and what is only text.
_NO_NODES = frozenset({"ctx", "op", "ops", "type_comment", "type_ignores"})


class _NodeFields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each class of nodes that may hold nodes, in order."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = tuple(name for name in kind._fields if name not in _NO_NODES)
        self[kind] = fields
        return fields


@dataclass(frozen=True, eq=False)
class Binding:
    """One place that gives a name a value."""

    name: str
    node: ast.AST  # the target name, the alias, the parameter, the definition
    kind: str  # import, assign, loop, parameter, definition, delete, other
    value: ast.expr | None = None  # of an assignment; what a loop goes through
    path: tuple[int, ...] = ()  # where in the value, for ``a, b = value``; ANY_ENTRY for a loop
    imported: str = ""  # the dotted name of an import


@dataclass(eq=False)
class Scope:
    """The names that one scope binds."""

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    star_imports: list[str] = field(default_factory=list)
    last_star: int = 0  # the line of the last of them


class ScopeTree:
    """The scopes of a module, and the parent of every node."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.names: list[ast.Name] = []  # every name that is read, in no particular order
        self.attributes: list[ast.Attribute] = []
        self.calls: list[ast.Call] = []
        self.strings: list[ast.Constant] = []
        self._scope_at: dict[ast.AST, Scope] = {}
        self.module = Scope(tree, None)
        self.scopes[tree] = self.module
        self._index()
        self._move_declared_names()
        for scope in self.scopes.values():
            for bindings in scope.bindings.values():
                bindings.sort(key=lambda binding: _position(binding.node))

    def _index(self) -> None:
        """Visit every node once, without recursion: real files nest deeper than Python's stack."""
        stack: list[tuple[ast.AST, Scope]] = [(self.tree, self.module)]
        # This loop runs for every node of every file: the most frequent classes come first, and only the
        # fields that may hold nodes are looked at.
        parents, node_fields, push = self.parents, _NodeFields(), stack.append
        while stack:
            node, scope = stack.pop()
            if isinstance(node, ast.Name):
                self._scope_at[node] = scope
                if isinstance(node.ctx, ast.Load):
                    self.names.append(node)
                else:
                    self._bind_target(node, scope)
                continue
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self.strings.append(node)
                continue
            if isinstance(node, ast.Attribute):
                self.attributes.append(node)
                parents[node.value] = node
                push((node.value, scope))
                continue
            kind = type(node)
            if isinstance(node, ast.Call):
                self.calls.append(node)
            elif kind in _DECLARING:
                self._declare(node, scope)
            if kind in _SCOPES:
                for child, parent, inner in self._scope_children(cast("ScopeNode", node), scope):
                    parents[child] = parent
                    push((child, inner))
                continue
            for name in node_fields[kind]:
                value = getattr(node, name)
                if isinstance(value, list):
                    for entry in value:
                        if isinstance(entry, ast.AST):
                            parents[entry] = node
                            push((entry, scope))
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    push((value, scope))

    def _scope_children(self, node: ScopeNode, scope: Scope) -> Iterator[tuple[ast.AST, ast.AST, Scope]]:
        """Return what to visit below a node with a scope of its own: a node, its parent, and its scope."""
        inner = Scope(node, scope)
        self.scopes[node] = inner
        outside = set(map(id, _evaluated_outside(node)))
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.arguments):
                self.parents[child] = node
                yield from self._arguments(child, inner, scope)
            elif isinstance(child, ast.comprehension):
                self.parents[child] = node
                for part in ast.iter_child_nodes(child):
                    yield part, child, scope if id(part) in outside else inner
            else:
                yield child, node, scope if id(child) in outside else inner

    def _arguments(
        self, arguments: ast.arguments, inner: Scope, outer: Scope
    ) -> Iterator[tuple[ast.AST, ast.AST, Scope]]:
        """Bind the parameters inside; their defaults and annotations are evaluated outside."""
        for part in ast.iter_child_nodes(arguments):
            if not isinstance(part, ast.arg):
                yield part, arguments, outer
                continue
            self.parents[part] = arguments
            inner.bindings.setdefault(part.arg, []).append(Binding(part.arg, part, "parameter"))
            if part.annotation is not None:
                yield part.annotation, part, outer

    def _declare(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                _bind_imports(node, scope)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                scope.bindings.setdefault(name, []).append(Binding(name, node, "definition"))
            case ast.Global(names=names):
                scope.global_names.update(names)
            case ast.Nonlocal(names=names):
                scope.nonlocal_names.update(names)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                scope.bindings.setdefault(name, []).append(Binding(name, node, "other"))
            case ast.MatchMapping(rest=str(name)):
                scope.bindings.setdefault(name, []).append(Binding(name, node, "other"))

    def _bind_target(self, node: ast.Name, scope: Scope) -> None:
        kind = "delete" if isinstance(node.ctx, ast.Del) else "assign"
        value, path = self.assigned_value(node)
        parent = self.parents.get(node)
        if isinstance(parent, ast.NamedExpr):
            # A walrus in a comprehension binds in the function around it.
            while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
                scope = scope.parent
        if kind == "assign" and value is None:
            kind = "other"
        elif path[:1] == (ANY_ENTRY,):
            kind = "loop"
        scope.bindings.setdefault(node.id, []).append(Binding(node.id, node, kind, value, path))

    def assigned_value(self, target: ast.expr) -> tuple[ast.expr | None, tuple[int, ...]]:
        """Return the expression that a target gets its value from, and where in that value it is."""
        path: tuple[int, ...] = ()
        node: ast.AST = target
        parent = self.parents.get(node)
        while isinstance(parent, (ast.Tuple, ast.List)):
            if any(isinstance(entry, ast.Starred) for entry in parent.elts):
                return None, ()
            path = (next(i for i, entry in enumerate(parent.elts) if entry is node), *path)
            node, parent = parent, self.parents.get(parent)
        if isinstance(parent, ast.Assign) or (
            isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value
        ):
            return parent.value, path
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.target is node:
            return parent.iter, (ANY_ENTRY, *path)
        return None, ()

    def _move_declared_names(self) -> None:
        """Give bindings of ``global`` and ``nonlocal`` names to the scope that the declaration means."""
        for scope in list(self.scopes.values()):
            for name in scope.global_names:
                moved = scope.bindings.pop(name, [])
                if moved:
                    self.module.bindings.setdefault(name, []).extend(moved)
            for name in scope.nonlocal_names:
                owner = self._find(name, scope.parent)
                if owner is not None:
                    owner.bindings.setdefault(name, []).extend(scope.bindings.pop(name, []))

    def _find(self, name: str, scope: Scope | None) -> Scope | None:
        """Return the nearest function scope from ``scope`` outwards that binds ``name``, else the module."""
        while scope is not None:
            if name in scope.global_names:
                return self.module if name in self.module.bindings else None
            if name in scope.bindings and not isinstance(scope.node, ast.ClassDef):
                return scope
            scope = scope.parent
        return None

    def _is_outside(self, child: ast.AST, holder: ast.AST) -> bool:
        """Return whether ``child`` (a direct child of ``holder``) is evaluated outside its scope."""
        if isinstance(child, ast.arguments):
            return True  # defaults and annotations; the parameters themselves are never looked up
        if isinstance(child, ast.comprehension):
            return False
        return any(child is part for part in _evaluated_outside(holder))

    def enclosing_scope(self, node: ast.AST) -> Scope:
        """Return the scope that ``node`` is evaluated in."""
        if node in self._scope_at:
            return self._scope_at[node]
        child, parent = node, self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.comprehension):
                holder = self.parents[parent]
                first = isinstance(holder, _COMPREHENSIONS) and holder.generators[0] is parent
                if first and child is parent.iter:
                    child, parent = holder, self.parents.get(holder)
                    continue
            if parent in self.scopes and not self._is_outside(child, parent):
                return self.scopes[parent]
            child, parent = parent, self.parents.get(parent)
        return self.module

    def may_be_rebound_by_star(self, binding: Binding) -> bool:
        """Return whether a star import behind a binding of the module may bind the name again."""
        own = self.module.bindings.get(binding.name, [])
        return binding in own and self.module.last_star > _position(binding.node)[0]

    def lookup(self, name: str, node: ast.AST) -> Scope | None:
        """Return the scope whose binding of ``name`` is meant at ``node``, or None (a builtin, a star)."""
        scope = self.enclosing_scope(node)
        if isinstance(scope.node, ast.ClassDef) and name in scope.bindings and name not in scope.global_names:
            return scope
        return self._find(name, scope)

    def _comes_before(self, binding: Binding, node: ast.AST) -> bool:
        """Return whether a class body may have run a binding when it comes to ``node``."""
        before = _position(binding.node) < _position(node) and not self._assigns_later(binding, node)
        return before or self._share_loop(binding.node, node)

    def reaching(self, name: str, node: ast.AST) -> list[Binding]:
        """Return the bindings of ``name`` that can be in effect at ``node``; too many rather than too few."""
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
        reached: list[Binding] = []
        use = _position(node)
        for binding in bindings:
            if isinstance(binding.node, ast.ExceptHandler) and not self._is_inside(node, binding.node):
                continue  # the name of an exception is deleted behind its handler
            place = _position(binding.node)
            if place < use and not self._assigns_later(binding, node):
                if self._always_runs_before(binding, node):
                    reached.clear()
                reached.append(binding)
            elif self._share_loop(binding.node, node):
                reached.append(binding)
        return reached or bindings

    def _assigns_later(self, binding: Binding, node: ast.AST) -> bool:
        """Return whether ``node`` is part of the value that the binding assigns (``x = f(x)``)."""
        statement = self.statement(binding.node)
        if isinstance(statement, (ast.For, ast.AsyncFor)) and binding.kind == "loop":
            return any(node is part for part in ast.walk(statement.iter))
        return (
            binding.kind != "parameter"
            and statement is self.statement(node)
            and isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        )

    def _always_runs_before(self, binding: Binding, node: ast.AST) -> bool:
        """Return whether the binding's statement stands in a block around ``node``, so it always ran."""
        if binding.kind == "parameter":
            return True
        if isinstance(binding.node, _BINDING_PARTS):
            return self._is_inside(node, self._holder_of(binding))
        if self._may_be_passed_over(binding):
            return False
        loop = self._loop_of(binding)
        if loop is not None and not any(node is part or node in self._below(part) for part in loop):
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
            if isinstance(ancestor, (ast.Lambda, ast.comprehension, *_COMPREHENSIONS)):
                return True
            child = ancestor
        return False

    def _loop_of(self, binding: Binding) -> list[ast.AST] | None:
        """Return the body of the loop whose variable the binding is."""
        if binding.kind != "loop":
            return None
        loop = next((a for a in self.ancestors(binding.node) if isinstance(a, (ast.For, ast.AsyncFor))), None)
        return [*loop.body] if loop is not None else None

    def _below(self, part: ast.AST) -> set[ast.AST]:
        return set(ast.walk(part))

    def _share_loop(self, first: ast.AST, second: ast.AST) -> bool:
        loops = {
            id(ancestor)
            for ancestor in self.ancestors(first)
            if isinstance(ancestor, _LOOPS)
            and not (isinstance(ancestor, (ast.For, ast.AsyncFor)) and self._is_inside(second, ancestor.iter))
        }
        return any(id(ancestor) in loops for ancestor in self.ancestors(second))

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Return the nodes around ``node``, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that ``node`` is part of (or that it is)."""
        current: ast.AST = node
        while not isinstance(current, ast.stmt):
            current = self.parents[current]
        return current

    def outer_statement(self, statement: ast.stmt) -> ast.stmt | None:
        """Return the statement whose block holds ``statement``, or None at the top of the module."""
        parent = self.parents.get(statement)
        while parent is not None and not isinstance(parent, ast.stmt):
            parent = self.parents.get(parent)
        return parent

    def block_of(self, statement: ast.stmt) -> tuple[int, str]:
        """Return which block a statement stands in: its holder and the name of the holder's field."""
        parent = self.parents[statement]
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list) and any(entry is statement for entry in value):
                return id(parent), name
        return id(parent), ""

    def siblings(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements of the block that ``statement`` stands in, itself among them."""
        parent = self.parents[statement]
        return next(
            value
            for _, value in ast.iter_fields(parent)
            if isinstance(value, list) and any(entry is statement for entry in value)
        )


def _evaluated_outside(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a scope's node that are evaluated in the scope around it."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *([node.returns] if node.returns else [])]
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *node.keywords]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [node.generators[0].iter]
    return []


def _bind_imports(node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    for alias in node.names:
        if isinstance(node, ast.Import):
            name = alias.asname or alias.name.partition(".")[0]
            imported = alias.name if alias.asname else name
        elif alias.name == "*":
            if node.level == 0 and node.module:
                scope.star_imports.append(node.module)
                scope.last_star = max(scope.last_star, node.lineno)
            continue
        else:
            name = alias.asname or alias.name
            imported = f"{'.' * node.level}{node.module or ''}.{alias.name}"
        scope.bindings.setdefault(name, []).append(Binding(name, alias, "import", imported=imported))


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
