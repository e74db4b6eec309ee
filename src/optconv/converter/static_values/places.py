"""Where the value of a name, an attribute or an entry stands in a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from optconv.converter.bindings import Binding
from optconv.converter.file_context import FileContext
from optconv.converter.static_values.parsed_arguments import parsed_default

Origin = Literal["set", "assigned", "parser", "class", "parameter", "call", "entry"]
"""What gave a value: a person, an assignment, the default of an argument parser, a field of a class, the
default of a parameter, the only call of a function, an entry of a dictionary."""

_NAMESPACES = frozenset({"SimpleNamespace", "Namespace", "AttrDict", "EasyDict", "edict", "DotDict", "dict"})
_DEEPEST = 12


@dataclass(frozen=True)
class Place:
    """An expression that gives something its value."""

    node: ast.expr
    origin: Origin
    line: int


class Places:
    """Finds where values stand in one file."""

    def __init__(self, context: FileContext) -> None:
        self._scopes = context.scopes
        self._functions = context.kinds.functions
        self._changing = context.tables.idioms.changing_methods

    def of(self, node: ast.expr) -> Place | None:
        """Return where the value of a name, an attribute, a subscript or a call of ``get`` stands."""
        return self._of(node, 0)

    def _of(self, node: ast.expr, depth: int) -> Place | None:
        if depth > _DEEPEST:
            return None
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node.value, node.attr, depth)
            case ast.Subscript(value=holder, slice=ast.Constant(value=key)):
                return self._entry(holder, key, depth)
            case ast.Call(
                func=ast.Attribute(value=holder, attr="get"), args=[ast.Constant(value=key), *rest]
            ):
                return self._entry(holder, key, depth) or self._otherwise(node, rest)
            case ast.Call(
                func=ast.Name(id="getattr"), args=[holder, ast.Constant(value=str() as name), *rest]
            ):
                return self._attribute(holder, name, depth) or self._otherwise(node, rest)
        return None

    def _otherwise(self, node: ast.Call, rest: list[ast.expr]) -> Place | None:
        """Return the default of ``get``, where the container itself cannot be seen."""
        return Place(rest[0], "entry", node.lineno) if rest else None

    def _name(self, node: ast.Name) -> Place | None:
        bindings = self._scopes.reaching(node.id, node)
        if len(bindings) != 1 or self._scopes.may_be_rebound_by_star(bindings[0]):
            return None
        match bindings[0]:
            case Binding(kind="assign", value=ast.expr() as value, path=()):
                return Place(value, "assigned", value.lineno)
            case Binding(kind="assign", value=ast.Tuple() | ast.List() as value, path=(int() as at,)) if (
                0 <= at < len(value.elts) and not any(isinstance(e, ast.Starred) for e in value.elts)
            ):
                return Place(value.elts[at], "assigned", value.lineno)
            case Binding(node=ast.arg() as parameter):
                return self._parameter(parameter)
        return None

    def _parameter(self, parameter: ast.arg) -> Place | None:
        """Return what a parameter is given by the only call of its function, else its default."""
        function = self._functions.function_around(parameter)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        given = self._given(function, parameter.arg)
        if given is not None:
            return given
        default = _defaults(function.args).get(parameter.arg)
        return Place(default, "parameter", default.lineno) if default is not None else None

    def _given(self, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Place | None:
        """Return what all calls of a function give to a parameter, where that is one thing."""
        holder = self._scopes.parents.get(function)
        starts = isinstance(holder, ast.ClassDef) and function.name == "__init__"
        target = holder if starts else function
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(holder, ast.ClassDef):
            names = names[1:]
        calls = [call for call in self._scopes.calls if self._functions.called_function(call) is target]
        found = [_given_in(call, names, name) for call in calls]
        known = [node for node in found if node is not None]
        if not known or len(known) < len(found) or len({ast.dump(node) for node in known}) > 1:
            return None
        return Place(known[0], "call", known[0].lineno)

    def _attribute(self, holder: ast.expr, name: str, depth: int) -> Place | None:
        found = self._of_self(holder, name) or self._of_object(holder, name, depth)
        if found is not None:
            return found
        default = parsed_default(self._scopes, name)
        return Place(default, "parser", default.lineno) if default is not None else None

    def _of_self(self, holder: ast.expr, name: str) -> Place | None:
        """``self.lr`` is what ``__init__`` sets it to; ``self.hparams.lr`` is a parameter of ``__init__``."""
        if (
            isinstance(holder, ast.Attribute)
            and holder.attr == "hparams"
            and self._functions.is_self(holder.value)
        ):
            around = self._functions.class_around(holder)
            start = self._functions.method(around, "__init__") if around is not None else None
            own = [*start.args.args, *start.args.kwonlyargs] if start is not None else []
            return next((self._parameter(p) for p in own if p.arg == name), None)
        if not self._functions.is_self(holder):
            return None
        around = self._functions.class_around(holder)
        return self._of_class(around, name) if around is not None else None

    def _of_class(self, around: ast.ClassDef, name: str) -> Place | None:
        """Return the only value that the methods of a class give to an attribute, else that of its body."""
        values = []
        for node in self._scopes.attributes:
            if (
                node.attr != name
                or not isinstance(node.ctx, ast.Store)
                or not self._functions.is_self(node.value)
            ):
                continue
            if self._functions.class_around(node) is around:
                values.append(self._scopes.parents.get(node))
        if not values:
            return _field(around, name)
        match values:
            case [ast.Assign(targets=[_], value=value)] | [ast.AnnAssign(value=ast.expr() as value)]:
                return Place(value, "assigned", value.lineno)
        return None

    def _of_object(self, holder: ast.expr, name: str, depth: int) -> Place | None:
        """Return the value of an attribute of an object that is built, or declared, in the file."""
        built = self._followed(holder, depth)
        match built:
            case ast.Call(func=ast.Name(id=function) | ast.Attribute(attr=function)) if (
                function in _NAMESPACES
            ):
                return self._entry(built, name, depth)
            case ast.Call():
                return self._of_instance(built, name)
        declared = self._declared(built) if built is not None else None
        if declared is None:
            declared = self._functions.class_of(holder)
        return _field(declared, name) if declared is not None else None

    def _of_instance(self, built: ast.Call, name: str) -> Place | None:
        """Return what an object is given for a field where it is built, else what its class says.

        ``tyro.cli(Args)`` and the like build an object of the class that they are given.
        """
        around = self._functions.called_function(built)
        if not isinstance(around, ast.ClassDef):
            classes = [self._declared(argument) for argument in built.args]
            return next((_field(found, name) for found in classes if found is not None), None)
        body = [s.target for s in around.body if isinstance(s, ast.AnnAssign)]
        given = _given_in(built, [target.id for target in body if isinstance(target, ast.Name)], name)
        return Place(given, "call", built.lineno) if given is not None else self._of_class(around, name)

    def _declared(self, node: ast.expr) -> ast.ClassDef | None:
        """Return the class of the file that an expression names."""
        bindings = self._scopes.reaching(node.id, node) if isinstance(node, ast.Name) else []
        found = bindings[0].node if len(bindings) == 1 else None
        return found if isinstance(found, ast.ClassDef) else None

    def _followed(self, node: ast.expr, depth: int) -> ast.expr | None:
        """Return the expression at which the way back from a name ends."""
        while depth <= _DEEPEST:
            place = self._of(node, depth + 1)
            if place is None:
                return node
            node, depth = place.node, depth + 1
        return None

    def _entry(self, holder: ast.expr, key: object, depth: int) -> Place | None:
        if isinstance(holder, ast.Name) and self._is_changed(holder, key):
            return None
        container = self._followed(holder, depth)
        for name, value in _entries(container) if container is not None else ():
            if name == key:
                return Place(value, "entry", value.lineno)
        return None

    def _is_changed(self, holder: ast.Name, key: object) -> bool:
        """Return whether the file puts something else under a key of a dictionary, or may."""
        for use in self._scopes.names:
            if use.id != holder.id:
                continue
            match self._scopes.parents.get(use):
                case ast.Subscript(ctx=ast.Store() | ast.Del(), slice=ast.Constant(value=other)):
                    if other == key:
                        return True
                case ast.Subscript(ctx=ast.Store() | ast.Del()):
                    return True
                case ast.Attribute(attr=method) if method in self._changing:
                    return True
        return False


def _given_in(call: ast.Call, names: list[str], name: str) -> ast.expr | None:
    """Return what a call gives to a parameter of a function with these positional ones."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if name in names and names.index(name) < len(call.args) and not starred:
        return call.args[names.index(name)]
    return None


def _entries(container: ast.expr) -> Iterator[tuple[object, ast.expr]]:
    """Give the entries of a dictionary that is written out, or the attributes that an object is given."""
    match container:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield key.value, value
        case ast.Call(
            func=ast.Name(id=function) | ast.Attribute(attr=function), args=args, keywords=keywords
        ):
            if function in _NAMESPACES:
                for keyword in keywords:
                    if keyword.arg is not None:
                        yield keyword.arg, keyword.value
                for argument in args:
                    yield from _entries(argument)


def _field(around: ast.ClassDef, name: str) -> Place | None:
    """Return the value that the body of a class gives to a name: of a dataclass, the default of the field."""
    for statement in around.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return Place(_without_field(value), "class", statement.lineno)
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return Place(value, "class", statement.lineno)
    return None


def _without_field(value: ast.expr) -> ast.expr:
    """``field(default=0.1)`` and ``field(default_factory=lambda: [30])`` stand for the value."""
    match value:
        case ast.Call(func=ast.Name(id="field" | "Field") | ast.Attribute(attr="field" | "Field")):
            for keyword in value.keywords:
                if keyword.arg == "default":
                    return keyword.value
                if keyword.arg == "default_factory" and isinstance(keyword.value, ast.Lambda):
                    return keyword.value.body
            return value.args[0] if value.args else value
    return value


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    """Return the defaults of a function's parameters, by name."""
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    found = dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))
    keyword_only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {**found, **{argument.arg: value for argument, value in keyword_only if value is not None}}
