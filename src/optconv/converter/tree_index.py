"""Every node of a module with its parent, and every scope with the bindings of its names.

One pass over the tree collects what everything else looks up.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast

from optconv.converter.bindings import ANY_ENTRY, COMPREHENSIONS, SCOPES, Binding, Scope, ScopeNode

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


_FIELDS = _NodeFields()


class TreeIndex:
    """The scopes of a module, the parent of every node, and the nodes that are asked for often."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.names: list[ast.Name] = []  # every name that is read, in no particular order
        self.deleted: list[ast.Name] = []
        self.attributes: list[ast.Attribute] = []
        self.calls: list[ast.Call] = []
        self.strings: list[ast.Constant] = []
        self.string_annotations: dict[ast.Constant, ast.expr] = {}  # what is written in them
        self._scope_at: dict[ast.AST, Scope] = {}
        self._block_of: dict[ast.AST, tuple[int, str]] = {}
        self.module = Scope(tree, None)
        self.scopes[tree] = self.module
        self._index()
        self._move_declared_names()
        for scope in self.scopes.values():
            for bindings in scope.bindings.values():
                bindings.sort(key=lambda binding: position_of(binding.node))

    @cached_property
    def names_called(self) -> Mapping[str, list[ast.Name]]:
        """Return the names that are read by what they are."""
        collected: dict[str, list[ast.Name]] = defaultdict(list)
        for name in self.names:
            collected[name.id].append(name)
        return collected

    @cached_property
    def attributes_called(self) -> Mapping[str, list[ast.Attribute]]:
        """Return the attributes by what they are called."""
        collected: dict[str, list[ast.Attribute]] = defaultdict(list)
        for attribute in self.attributes:
            collected[attribute.attr].append(attribute)
        return collected

    def _index(self) -> None:
        """Visit every node once, without recursion: real files nest deeper than Python's stack."""
        stack: list[tuple[ast.AST, Scope]] = [(self.tree, self.module)]
        # This loop runs for every node of every file: the most frequent classes come first, only the fields
        # that may hold nodes are looked at, and classes are compared, because no node is of a subclass.
        parents, push, pop = self.parents, stack.append, stack.pop
        base, fields = ast.AST, _FIELDS
        scope_at, add_name, add_attribute = self._scope_at, self.names.append, self.attributes.append
        while stack:
            node, scope = pop()
            kind = type(node)
            if kind is ast.Name:
                name: ast.Name = node  # type: ignore[assignment]  # mypy does not narrow by a class in a variable
                scope_at[name] = scope
                if type(name.ctx) is ast.Load:
                    add_name(name)
                else:
                    self._bind_target(name, scope)
                continue
            if kind is ast.Constant:
                constant: ast.Constant = node  # type: ignore[assignment]
                if type(constant.value) is str:
                    self.strings.append(constant)
                continue
            if kind is ast.Attribute:
                attribute: ast.Attribute = node  # type: ignore[assignment]
                add_attribute(attribute)
                value = attribute.value
                parents[value] = attribute
                push((value, scope))
                continue
            if kind is ast.Call:
                self.calls.append(node)  # type: ignore[arg-type]
            elif kind in _DECLARING:
                self._declare(node, scope)
            if kind in SCOPES:
                for child, parent, inner in self._scope_children(cast("ScopeNode", node), scope):
                    parents[child] = parent
                    push((child, inner))
                continue
            for field in fields[kind]:
                held = getattr(node, field)
                if held is None:
                    continue
                if type(held) is list:
                    for entry in held:
                        if isinstance(entry, base):
                            parents[entry] = node
                            push((entry, scope))
                elif isinstance(held, base):
                    parents[held] = node
                    push((held, scope))

    def _scope_children(self, node: ScopeNode, scope: Scope) -> Iterator[tuple[ast.AST, ast.AST, Scope]]:
        """Return what to visit below a node with a scope of its own: a node, its parent, and its scope."""
        inner = Scope(node, scope)
        self.scopes[node] = inner
        outside = set(map(id, evaluated_outside(node)))
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
        if kind == "delete":
            self.deleted.append(node)
        value, path = self.assigned_value(node)
        parent = self.parents.get(node)
        if isinstance(parent, ast.NamedExpr):
            # A walrus in a comprehension binds in the function around it.
            while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
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
        return any(child is part for part in evaluated_outside(holder))

    def enclosing_scope(self, node: ast.AST) -> Scope:
        """Return the scope that ``node`` is evaluated in."""
        if node in self._scope_at:
            return self._scope_at[node]
        child, parent = node, self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.comprehension):
                holder = self.parents[parent]
                first = isinstance(holder, COMPREHENSIONS) and holder.generators[0] is parent
                if first and child is parent.iter:
                    child, parent = holder, self.parents.get(holder)
                    continue
            if parent in self.scopes and not self._is_outside(child, parent):
                return self.scopes[parent]
            child, parent = parent, self.parents.get(parent)
        return self.module

    def adopt(self, tree: ast.expr, string: ast.Constant) -> None:
        """Make an expression that is written in a string part of the file: its names are read there."""
        scope = self.enclosing_scope(string)
        self.string_annotations[string] = tree
        self.parents[tree] = string
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, (ast.expr_context, ast.operator)):
                    self.parents[child] = node
            if isinstance(node, ast.Name):
                self._scope_at[node] = scope
                self.names.append(node)

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
        if statement not in self._block_of:
            parent = self.parents[statement]
            self._block_of[statement] = id(parent), ""
            for name, value in ast.iter_fields(parent):
                if isinstance(value, list):  # its other statements will be asked about, too
                    self._block_of.update((entry, (id(parent), name)) for entry in value)
        return self._block_of[statement]

    def siblings(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements of the block that ``statement`` stands in, itself among them."""
        _, field = self.block_of(statement)
        siblings: list[ast.stmt] = getattr(self.parents[statement], field)
        return siblings


def evaluated_outside(node: ast.AST) -> list[ast.AST]:
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
            scope.stars.append((node.lineno, f"{'.' * node.level}{node.module or ''}"))
            continue
        else:
            name = alias.asname or alias.name
            module = f"{'.' * node.level}{node.module or ''}"
            imported = f"{module}{'' if module.endswith('.') else '.'}{alias.name}"
        scope.bindings.setdefault(name, []).append(Binding(name, alias, "import", imported=imported))


def arguments_of(call: ast.Call) -> list[ast.expr]:
    """Return the values of all arguments of a call: those without a keyword, then those with one."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def last_name(node: ast.expr) -> str:
    """Return a name, or the last part of a dotted one; nothing of anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def position_of(node: ast.AST) -> tuple[int, int]:
    """Return where a node begins, so that nodes can be put in order."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
