"""Which expressions hold an optimizer, a scheduler or a scaler, and where each of them was constructed.

The values of an expression are followed through assignments, tuples, attributes of ``self``, results of the
file's own functions, and parameters (by annotation, else by the calls in the file). What cannot be followed
is said to be unknown; nothing is guessed from a name.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from optconv.converter.functions import FileFunctions
from optconv.converter.names import NameResolver
from optconv.converter.object_values import NO_VALUES, UNKNOWN_VALUES, Instance, Values
from optconv.converter.scopes import ANY_ENTRY, Binding, ScopeTree
from optconv.converter.tree_index import arguments_of, last_name
from optconv.mappings import Tables
from optconv.mappings.schema import SourceApi

_MOST_STEPS = 2_000  # for one expression
_MOST_FILES = 32  # of a project that are asked who calls a function, for one expression
_LONGEST_TRAIL = 12  # assignments and calls followed before giving up
_KINDS = ("optimizer", "scheduler", "scaler")
_SEQUENCES = ("list", "sequence", "iterable", "iterator", "collection", "set", "deque")
_MAPPINGS = ("dict", "mapping", "mutablemapping", "defaultdict", "ordereddict")
_READING_METHODS = ("values", "items", "keys", "get", "copy", "index", "count")


class OtherFiles(Protocol):
    """What the other files of a project know of the objects in one file."""

    def returned(self, call: ast.Call, path: tuple[int, ...], depth: int) -> Values | None:
        """Return what a function of another file returns; None where it is no such function."""

    def builds(self, call: ast.Call) -> bool:
        """Return whether a call builds an object of a class of another file."""

    def rate_changes(self, construction: ast.Call, handed: Collection[ast.Call]) -> bool:
        """Return whether other files may change the rate of an optimizer that this one builds."""

    def passed(
        self, function: ast.FunctionDef, parameter: ast.arg, path: tuple[int, ...], depth: int
    ) -> Values | None:
        """Return what the calls in other files pass for a parameter of a function; None: there are none."""

    def attribute(self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int) -> Values | None:
        """Return what other files assign to an attribute of a class of this one; None: nothing."""

    def overriding(self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int) -> Values:
        """Return what methods return by which subclasses in other files override one of a class."""


@dataclass
class Trail:
    """What is being followed at the moment, in all files of a project."""

    active: set[tuple[ast.AST, tuple[int, ...]]] = field(default_factory=set)
    cut_short: int = 0
    steps: int = 0
    files: set[PurePosixPath] = field(default_factory=set)  # that were asked who calls what

    def may_ask(self, paths: Collection[PurePosixPath]) -> bool:
        """Return whether so many more files may be asked for the one expression that is followed."""
        self.files.update(paths)
        if len(self.files) <= _MOST_FILES:
            return True
        self.cut_short += 1
        return False

    def step(self) -> None:
        """Take one more step, or the first."""
        if self.active:
            self.steps += 1
        else:
            self.steps = 0
            self.files.clear()


_Inference = TypeVar("_Inference", bound="KindInference")


class KindInference:
    """Follows the values of one module's expressions."""

    def __init__(
        self,
        scopes: ScopeTree,
        names: NameResolver,
        tables: Tables,
        others: OtherFiles | None = None,
        trail: Trail | None = None,
        functions: FileFunctions | None = None,
    ) -> None:
        self._scopes = scopes
        self.functions = functions if functions is not None else FileFunctions(scopes)
        self._names = names
        self._tables = tables
        self._others = others
        self._known: dict[tuple[ast.expr, tuple[int, ...]], Values] = {}
        self._trail = trail if trail is not None else Trail()
        self.class_calls: dict[ast.Call, frozenset[SourceApi]] = {}  # calls of classes in variables

    @cached_property
    def alone(self) -> KindInference:
        """Return what follows values in this file only: enough where its own constructions are looked for.

        What comes from another file is known by its class, never by a construction.
        """
        return KindInference.in_file_of(self)

    @classmethod
    def in_file_of(cls: type[_Inference], kinds: KindInference) -> _Inference:
        """Return what follows values as this class does, in the one file of ``kinds``."""
        inference = cls(kinds._scopes, kinds._names, kinds._tables, functions=kinds.functions)
        inference.class_calls = kinds.class_calls
        return inference

    def values(self, node: ast.expr, path: tuple[int, ...] = (), depth: int = 0) -> Values:
        """Return what ``node`` (or the element of it at ``path``) can hold."""
        if depth > _LONGEST_TRAIL:
            return UNKNOWN_VALUES
        key = (node, path)
        if key in self._known:
            return self._known[key]
        trail = self._trail
        trail.step()
        if key in trail.active or trail.steps > _MOST_STEPS:
            trail.cut_short += 1
            return NO_VALUES if key in trail.active else UNKNOWN_VALUES
        cut_short = trail.cut_short
        trail.active.add(key)
        values = self._infer(node, path, depth + 1)
        trail.active.remove(key)
        # What was found inside a cycle lacks what the cycle was entered with; only the whole is kept.
        if cut_short == trail.cut_short or not trail.active:
            self._known[key] = values
        return values

    def _infer(self, node: ast.expr, path: tuple[int, ...], depth: int) -> Values:
        match node:
            case ast.Constant():
                return NO_VALUES
            case ast.Tuple() | ast.List() | ast.Dict() | ast.ListComp() | ast.GeneratorExp() if path:
                return self._entry(node, path, depth)
            case ast.Subscript(slice=ast.Slice()) if path:
                return self.values(node.value, (ANY_ENTRY, *path[1:]), depth)
            case ast.Subscript(value=ast.Name() as name, slice=ast.Constant(value=str(key))) if (
                function := self.functions.takes_keywords(name)
            ) is not None:
                return self._given(function, ast.arg(arg=key), path, depth)
            case ast.Subscript(slice=ast.Constant(value=int(index))) if index >= 0:
                return self.values(node.value, (index, *path), depth)
            case ast.Subscript():
                return self.values(node.value, (ANY_ENTRY, *path), depth)
            case ast.IfExp():
                return self.values(node.body, path, depth) | self.values(node.orelse, path, depth)
            case ast.BoolOp():
                joined = NO_VALUES
                for operand in node.values:
                    joined |= self.values(operand, path, depth)
                return joined
            case ast.NamedExpr():
                return self.values(node.value, path, depth)
            case ast.Call():
                return self._call(node, path, depth)
            case ast.Name() if path:
                bound = self._join(self._scopes.reaching(node.id, node), path, depth)
                return bound | self._put_into(node, path, depth)
            case ast.Name():
                return self._join(self._scopes.reaching(node.id, node), path, depth)
            case ast.Attribute(attr=name) if self._tables.kept_groups and (
                (path and name in self._tables.kept_groups) or name == self._tables.optimizer_attribute
            ):
                return self._of_target(node, path, depth)
            case ast.Attribute(value=ast.Name()):
                return self._attribute(node, path, depth)
        return UNKNOWN_VALUES

    def _of_target(self, node: ast.Attribute, path: tuple[int, ...], depth: int) -> Values:
        """Return a group of an optimizer, or the optimizer of a scheduler, where the target has both."""
        holder = self.values(node.value, (), depth)
        if holder.kind == "optimizer" and len(path) == 1:
            return Values(unknown=holder.unknown, groups=frozenset({node}))
        if holder.kind == "scheduler" and not path and node.attr == self._tables.optimizer_attribute:
            given = [_given_for(instance, node.attr) for instance in holder.instances]
            joined = NO_VALUES
            for optimizer in given:
                joined |= UNKNOWN_VALUES if optimizer is None else self.values(optimizer, (), depth)
            base = self._tables.optimizer_base
            some = Values(frozenset({Instance(base, None)})) if base is not None else UNKNOWN_VALUES
            if joined.unknown or holder.unknown:  # it is an optimizer, whichever
                return Values(joined.instances, calls=joined.calls) | some
            return joined
        return self._attribute(node, path, depth) if isinstance(node.value, ast.Name) else UNKNOWN_VALUES

    def _join(self, bindings: list[Binding], path: tuple[int, ...], depth: int) -> Values:
        joined = NO_VALUES if bindings else UNKNOWN_VALUES
        for binding in bindings:
            joined |= self._binding(binding, path, depth)
        return joined

    def _binding(self, binding: Binding, path: tuple[int, ...], depth: int) -> Values:
        if binding.kind in ("assign", "loop") and binding.value is not None:
            return self.values(binding.value, (*binding.path, *path), depth)
        if binding.kind == "parameter" and isinstance(binding.node, ast.arg):
            return self._parameter(binding.node, path, depth)
        return NO_VALUES if binding.kind == "delete" else UNKNOWN_VALUES

    def _call(self, node: ast.Call, path: tuple[int, ...], depth: int) -> Values:
        if node in self.class_calls and not path:
            built = frozenset(Instance(api, node) for api in self.class_calls[node])
            return Values(built, calls=frozenset({node}))
        api = self.api_of(node.func)
        if api is not None and api.kind in _KINDS and not path:
            return Values(frozenset({Instance(api, node)}), calls=frozenset({node}))
        function = self.functions.called_function(node)
        base = self.base_of(function) if isinstance(function, ast.ClassDef) and not path else None
        if base is not None:
            return Values(frozenset({Instance(base, node)}), calls=frozenset({node}))
        if isinstance(function, ast.FunctionDef):
            return self.returned(function, path, depth) | self._overriding(node, path, depth)
        given = self._others.returned(node, path, depth) if self._others and function is None else None
        if given is not None:
            return given
        made = self.functions.called_lambda(node)
        if made is not None:
            return self.values(made.body, path, depth)
        match node:
            case ast.Call(func=ast.Name(id="zip"), args=args) if len(path) > 1 and path[1] < len(args):
                return self.values(args[path[1]], (ANY_ENTRY, *path[2:]), depth)
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]) if path[1:2] == (1,):
                return self.values(inner, (ANY_ENTRY, *path[2:]), depth)
            case ast.Call(func=ast.Attribute(value=inner, attr="values"), args=[]) if path:
                return self.values(inner, path, depth)
            case ast.Call(func=ast.Name(id="list" | "tuple" | "reversed"), args=[inner]) if path:
                return self.values(inner, (ANY_ENTRY, *path[1:]), depth)
        return Values(unknown=True, calls=frozenset({node}))

    def builds_own_object(self, call: ast.Call) -> bool:
        """Return whether a call builds an object of a class of another file of the project."""
        return self._others is not None and self._others.builds(call)

    def rate_changes_elsewhere(self, construction: ast.Call) -> bool:
        """Return whether other files may change the rate of an optimizer, by a scheduler or in its groups."""
        if self._others is None:
            return False
        handed = [
            call
            for call in self._scopes.calls
            for part in arguments_of(call)
            if isinstance(part, (ast.Name, ast.Attribute, ast.Call))
            and construction in self.alone.values(part).calls
        ]
        return self._others.rate_changes(construction, handed)

    def base_of(self, node: ast.ClassDef, depth: int = 0) -> SourceApi | None:
        """Return the optimizer or scheduler that a class of the file is a subclass of."""
        for base in node.bases if depth < _LONGEST_TRAIL else ():
            api = self.api_of(base)
            if api is not None and api.kind in _KINDS:
                return api
            for binding in self._scopes.reaching(base.id, base) if isinstance(base, ast.Name) else ():
                inner = binding.node
                found = self.base_of(inner, depth + 1) if isinstance(inner, ast.ClassDef) else None
                if found is not None:
                    return found
        return None

    def may_be_converted(self, instance: Instance) -> bool:
        """Return whether an object that this file builds can be the target's: of a class that has a row."""
        construction = instance.construction
        if construction is None:
            return True
        row = self._tables.row(instance.api.name)
        return row is not None and bool(row.cases) and self.api_of(construction.func) is instance.api

    def api_of(self, node: ast.expr) -> SourceApi | None:
        """Return the API that ``node`` certainly refers to, by whichever of its names."""
        meaning = self._names.meaning(node)
        found = {self._tables.source_api(name) for name in meaning.names} if meaning.certain else set()
        return found.pop() if len(found) == 1 else None

    def _entry(
        self,
        node: ast.Tuple | ast.List | ast.Dict | ast.ListComp | ast.GeneratorExp,
        path: tuple[int, ...],
        depth: int,
    ) -> Values:
        """Return what one entry of a container can hold; of any entry, when it is not known which."""
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self.values(node.elt, path[1:], depth)
        entries = node.values if isinstance(node, ast.Dict) else node.elts
        positional = isinstance(node, (ast.Tuple, ast.List)) and path[0] != ANY_ENTRY
        if positional and not any(isinstance(entry, ast.Starred) for entry in entries):
            return (
                self.values(entries[path[0]], path[1:], depth) if path[0] < len(entries) else UNKNOWN_VALUES
            )
        joined = NO_VALUES
        for entry in entries:
            joined |= self.values(entry, path[1:], depth)
        return joined

    def _put_into(self, node: ast.Name, path: tuple[int, ...], depth: int) -> Values:
        """Return what else is put into the container ``node``: by methods, or by item assignment."""
        joined = NO_VALUES
        for name in self._scopes.names_called[node.id]:
            joined |= self._put_by(name, path, depth)
        return joined

    def _put_by(self, use: ast.expr, path: tuple[int, ...], depth: int) -> Values:
        """Return what one use of a container puts into it."""
        joined = NO_VALUES
        parent = self._scopes.parents[use]
        if isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Store):
            value, inner = self._scopes.assigned_value(parent)
            joined |= UNKNOWN_VALUES if value is None else self.values(value, (*inner, *path[1:]), depth)
        call = self._scopes.parents.get(parent)
        if isinstance(parent, ast.Attribute) and isinstance(call, ast.Call) and call.func is parent:
            if parent.attr in ("append", "add") and len(call.args) == 1:
                joined |= self.values(call.args[0], path[1:], depth)
            elif parent.attr not in _READING_METHODS:
                joined |= UNKNOWN_VALUES
        return joined

    def returned(self, function: ast.FunctionDef, path: tuple[int, ...], depth: int) -> Values:
        """Return what a function of this file returns, or is annotated with where that cannot be seen."""
        if not all(_is_plain_decorator(decorator) for decorator in function.decorator_list):
            return UNKNOWN_VALUES
        joined = self._results(function, path, depth)
        if joined.instances or path or function.returns is None:
            return joined
        annotated = self._annotated(function.returns)
        return annotated if annotated.instances else joined

    def _results(self, function: ast.FunctionDef, path: tuple[int, ...], depth: int) -> Values:
        joined = NO_VALUES
        exits = self.functions.exits(function)
        if any(isinstance(node, ast.YieldFrom) for node in exits):
            return UNKNOWN_VALUES
        yields = [node for node in exits if isinstance(node, ast.Yield)]
        for node in yields or exits:
            if node.value:
                if yields and path[:1] != (ANY_ENTRY,):
                    return UNKNOWN_VALUES
                joined |= self.values(node.value, path[1:] if yields else path, depth)
        return joined

    def _overriding(self, call: ast.Call, path: tuple[int, ...], depth: int) -> Values:
        """Return what methods return that a call on ``self`` may call instead of the one of its class."""
        if not isinstance(call.func, ast.Attribute) or not self.functions.is_self(call.func.value):
            return NO_VALUES
        holder, name = self.functions.class_around(call), call.func.attr
        joined = NO_VALUES
        for related in self.functions.below(holder) if holder is not None else ():
            method = self.functions.method(related, name)
            joined |= self.returned(method, path, depth) if method is not None else NO_VALUES
        if self._others is not None and holder is not None:
            joined |= self._others.overriding(holder, name, path, depth)
        return joined

    def _attribute(self, node: ast.Attribute, path: tuple[int, ...], depth: int) -> Values:
        """Join everything that the methods of the class assign to ``self.<attribute>``."""
        holder = self.functions.class_of(node.value)
        if holder is None:
            return UNKNOWN_VALUES
        own = self.attribute_of(holder, node.attr, path, depth)
        computed = self.functions.property_of(holder, node.attr)
        if computed is not None and own is None:
            return self.returned(computed, path, depth)
        elsewhere = self._others.attribute(holder, node.attr, path, depth) if self._others else None
        found = [values for values in (own, elsewhere) if values is not None]
        joined = reduce(or_, found) if found else UNKNOWN_VALUES
        if joined.unknown and joined.instances and not path and self._declared(holder, node.attr) is not None:
            return replace(joined, unknown=False)  # its annotation says what it is
        return joined

    def attribute_of(
        self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int
    ) -> Values | None:
        """Return what a class and its relatives in the file assign to an attribute; None: nothing."""
        bindings = self.functions.attribute_bindings
        own = bindings.get((holder, name), [])
        joined = self._join(own, path, depth) if own else NO_VALUES
        if path:
            same = self._scopes.attributes_called[name]
            twins = [a for a in same if self.functions.class_of(a.value) is holder]
            for twin in twins:
                joined |= self._put_by(twin, path, depth)
        declared = self._declared(holder, name) if not joined.instances and not path else None
        joined = declared or joined
        family = self.functions.family(holder) if depth <= _LONGEST_TRAIL else []
        related = [bound for other in family if (bound := bindings.get((other, name)))]
        for bound in related:
            joined |= self._join(bound, path, depth)
        return joined if own or related or declared is not None or joined != NO_VALUES else None

    def _declared(self, holder: ast.ClassDef, name: str) -> Values | None:
        """Return what the annotation of an attribute in the body of its class says that it holds."""
        for statement in holder.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=target), annotation=annotation) if target == name:
                    values = self._annotated(annotation)
                    return values if values.instances else None
        return None

    def _parameter(self, node: ast.arg, path: tuple[int, ...], depth: int) -> Values:
        if node.annotation is not None:
            annotated = self._annotated(node.annotation, path)
            if annotated.instances:
                return annotated
        arguments = self._scopes.parents[node]
        function = self._scopes.parents[arguments]
        if not isinstance(function, ast.FunctionDef) or not isinstance(arguments, ast.arguments):
            return UNKNOWN_VALUES
        return self._given(function, node, path, depth)

    def _given(self, function: ast.FunctionDef, node: ast.arg, path: tuple[int, ...], depth: int) -> Values:
        """Return what the calls of a function pass for a parameter, or what is at a place in that."""
        passed = [self.functions.passed(call, function, node) for call in self.functions.calls_to(function)]
        joined = NO_VALUES
        for value in passed:
            joined |= UNKNOWN_VALUES if value is None else self.values(value, path, depth)
        elsewhere = self._others.passed(function, node, path, depth) if self._others else None
        if elsewhere is not None:
            return joined | elsewhere
        return joined if passed else UNKNOWN_VALUES

    def _annotated(self, annotation: ast.expr, path: tuple[int, ...] = ()) -> Values:
        """Read ``Optimizer``, ``Optional[Optimizer]``, ``Optimizer | None``, ``list[Optimizer]``, strings."""
        if isinstance(annotation, ast.Constant):
            written = self._scopes.string_annotations.get(annotation)
            return NO_VALUES if written is None else self._annotated(written, path)
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            return self._annotated(annotation.left, path) | self._annotated(annotation.right, path)
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, (ast.Name, ast.Attribute)):
            name = last_name(annotation.value)
            if name == "Optional":
                return self._annotated(annotation.slice, path)
            entry = _entry_type(name.lower(), annotation.slice, path[0]) if path else None
            return NO_VALUES if entry is None else self._annotated(entry, path[1:])
        if path:
            return NO_VALUES
        api = self.api_of(annotation)
        return (
            Values(frozenset({Instance(api, None)})) if api is not None and api.kind in _KINDS else NO_VALUES
        )


def _entry_type(container: str, inside: ast.expr, place: int) -> ast.expr | None:
    """Return the type of what is at a place in a container: ``Optimizer`` of ``list[Optimizer]``."""
    types = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if container in _MAPPINGS:
        return types[-1]
    if container == "tuple" and len(types) > 1 and not isinstance(types[-1], ast.Constant):
        return types[place] if 0 <= place < len(types) else None
    return types[0] if container in (*_SEQUENCES, "tuple") else None


def _given_for(instance: Instance, parameter: str) -> ast.expr | None:
    """Return what the call that built an object is given for a parameter, None where that cannot be seen."""
    call, place = instance.construction, instance.api.place_of(parameter)
    if call is None or any(isinstance(argument, ast.Starred) for argument in call.args[: place + 1]):
        return None
    if place < len(call.args):
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg == parameter), None)


def _is_plain_decorator(decorator: ast.expr) -> bool:
    """Return whether a decorator leaves what the function returns as it is."""
    return isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod", "property")
