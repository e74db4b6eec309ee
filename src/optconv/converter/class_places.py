"""Where a class that is used as a value can be found: in an expression, or in what an expression holds.

A place is an expression with a path into it: ``OPTIMIZERS`` with the key ``"sgd"``. Here is what both
directions of following a class share: paths, the reads of a binding, and what other files can reach.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import ANY_ENTRY, Binding, Scope
from optconv.mappings import Text

KEY, ITEM = "key", "item"
_DEEPEST_CALL = 5
ANY = None
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


class Step(NamedTuple):
    """One step into a container: by the key of a dictionary or the place in a sequence; `ANY`: some entry."""

    kind: str
    at: str | int | None

    def meets(self, other: Step) -> bool:
        """Return whether both can be the same entry."""
        return self.kind == other.kind and (ANY in (self.at, other.at) or self.at == other.at)


Path = tuple[Step, ...]


class Place(NamedTuple):
    """An expression, and the way to the class in what it holds."""

    node: ast.expr
    path: Path = ()


@dataclass(frozen=True)
class Obstacle:
    """Why a class cannot be followed, and where."""

    reason: Text
    node: ast.AST


@dataclass(frozen=True)
class Opening:
    """Something that other files can reach: a name that holds a class, or a function that is given one."""

    name: str
    given: bool  # callers can give a class; else they can take one


def as_path(path: Sequence[int]) -> Path:
    """Return the path of a binding: places in sequences."""
    return tuple(Step(ITEM, ANY if index == ANY_ENTRY else index) for index in path)


def step_of(index: ast.expr) -> tuple[Step, ...]:
    """Return the entries that a subscript can take, of a dictionary and of a sequence."""
    match index:
        case ast.Constant(value=str(key)):
            return (Step(KEY, key),)
        case ast.Constant(value=int(place)) if not isinstance(place, bool):
            return (Step(ITEM, place), Step(KEY, ANY))
    return (Step(KEY, ANY), Step(ITEM, ANY))


def taken(path: Path, steps: Iterable[Step]) -> Path | None:
    """Return what is left of a path behind the entry that is taken; None where another entry is taken."""
    return path[1:] if path and any(step.meets(path[0]) for step in steps) else None


class Places:
    """Looks up the places of one file that a class can get to."""

    def __init__(self, context: FileContext) -> None:
        self.context = context
        self.scopes = context.scopes
        self.functions = context.kinds.functions

    @cached_property
    def _owners(self) -> dict[ast.AST, tuple[Binding, Scope]]:
        return {
            binding.node: (binding, scope)
            for scope in self.scopes.scopes.values()
            for bindings in scope.bindings.values()
            for binding in bindings
        }

    def owner(self, node: ast.AST) -> tuple[Binding, Scope]:
        """Return the binding that a target, a parameter or a definition is, and its scope."""
        return self._owners[node]

    def reads(self, binding: Binding) -> list[ast.Name]:
        """Return where the value of a binding can be read by its name."""
        names = self.scopes.names_called[binding.name]
        return [n for n in names if binding in self.scopes.reaching(binding.name, n)]

    def names_of(self, node: ast.Name) -> list[ast.Name]:
        """Return every read of the variable that ``node`` reads or writes, whatever it holds there."""
        scope = self.scopes.lookup(node.id, node)
        return [n for n in self.scopes.names_called[node.id] if self.scopes.lookup(node.id, n) is scope]

    def is_builtin(self, node: ast.expr, *names: str) -> bool:
        """Return whether an expression is one of Python's own functions."""
        return isinstance(node, ast.Name) and node.id in names and not self.scopes.reaching(node.id, node)

    def binds_arguments(self, call: ast.Call) -> bool:
        """Return whether a call is ``functools.partial(…)``."""
        meaning = self.context.names.meaning(call.func)
        return meaning.certain and meaning.names == {"functools.partial"}

    def family(self, holder: ast.ClassDef) -> set[ast.ClassDef]:
        """Return the classes of the file that may have the same attribute: one's bases and subclasses."""
        family, grown = {holder}, 0
        pairs = [(own, base) for own in self.functions.classes for base in self._bases(own)]
        while grown != len(family):
            grown = len(family)
            family |= {one for pair in pairs if family & set(pair) for one in pair}
        return family

    def _bases(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        found = (self.own_class(base) for base in node.bases)
        return [base for base in found if base is not None]

    def own_class(self, node: ast.expr) -> ast.ClassDef | None:
        """Return the class of the file that a name certainly names."""
        if not isinstance(node, ast.Name):
            return None
        bindings = self.scopes.reaching(node.id, node)
        only = bindings[0].node if len(bindings) == 1 else None
        return only if isinstance(only, ast.ClassDef) else None

    def holder(self, node: ast.Attribute) -> ast.ClassDef | None:
        """Return the class of the file whose attribute ``node`` is: of an object of it, or of itself."""
        match node.value:
            case (
                ast.Attribute(value=inner, attr="__class__")
                | ast.Call(func=ast.Name(id="type"), args=[inner])
            ):
                return self.functions.class_of(inner)
        return self.functions.class_of(node.value) or self.own_class(node.value)

    def attributes(self, name: str, holder: ast.ClassDef) -> tuple[list[ast.Attribute], list[ast.Attribute]]:
        """Return the accesses to an attribute of a class: those that are certain, and those that may be."""
        family = self.family(holder)
        same = self.scopes.attributes_called[name]
        own = [a for a in same if self.holder(a) in family]
        # What is asked for a member of its own is no class: ``trainer.optimizer.step()``.
        other = [
            a
            for a in same
            if self.holder(a) is None
            and not isinstance(self.scopes.parents[a], ast.Attribute)
            and not self.context.names.meaning(a.value).names
        ]
        return own, other

    def class_bindings(self, name: str, holder: ast.ClassDef) -> list[Binding]:
        """Return what binds a name in the body of a class, of its bases and its subclasses."""
        scopes = (self.scopes.scopes[own] for own in self.family(holder))
        return [binding for scope in scopes for binding in scope.bindings.get(name, [])]

    def is_field(self, binding: Binding) -> bool:
        """Return whether a constructor that was made for the class may give an attribute another value.

        A decorator (``@dataclass``) or a base class of another file makes one of what is annotated.
        """
        statement = self.scopes.statement(binding.node)
        holder = self.scopes.parents[statement]
        if not isinstance(statement, ast.AnnAssign) or not isinstance(holder, ast.ClassDef):
            return False
        return bool(holder.decorator_list) or any(self.own_class(base) is None for base in holder.bases)

    def is_open(self, name: str, scope: Scope, node: ast.AST) -> bool:
        """Return whether other files can reach what ``scope`` calls ``name``.

        A name with a leading underscore is the file's own. What stands below ``if __name__ == "__main__"``
        has no name where the file is imported.
        """
        if name.startswith("_") and not name.startswith("__"):
            return False
        if isinstance(scope.node, ast.ClassDef):
            return self.is_open_class(scope.node)
        return scope is self.scopes.module and not self.is_below_main(node)

    def is_open_class(self, node: ast.ClassDef) -> bool:
        """Return whether other files can reach a class of the file."""
        _, scope = self.owner(node)
        return self.is_open(node.name, scope, node)

    def is_below_main(self, node: ast.AST) -> bool:
        """Return whether a node stands below ``if __name__ == "__main__"``."""
        child = node
        for ancestor in self.scopes.ancestors(node):
            if isinstance(ancestor, ast.If) and child in ancestor.body and _asks_for_main(ancestor.test):
                return True
            child = ancestor
        return False

    def runs_on_import(self, node: ast.AST, depth: int = 0) -> bool:
        """Return whether the import of the file evaluates ``node``, perhaps in a function that it calls."""
        function = self.functions.function_around(node)
        if function is None:
            return not self.is_below_main(node)
        calls = self.functions.calls_to(function) if isinstance(function, ast.FunctionDef) else []
        return depth < _DEEPEST_CALL and any(self.runs_on_import(call, depth + 1) for call in calls)


def _asks_for_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]
        ):
            return True
    return False
