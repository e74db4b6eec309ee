"""Follows a class that is used as a value to the calls that it reaches, through all that it is used for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from optconv.converter.class_places import (
    ANY,
    ITEM,
    KEY,
    FunctionDef,
    Obstacle,
    Opening,
    Place,
    Places,
    Step,
    step_of,
    taken,
)
from optconv.converter.class_places import Path as PlacePath
from optconv.converter.own_calls import calls_of, is_open_function, parameter_of, parameters_of
from optconv.converter.source import shortened
from optconv.mappings import Text, message

_MOST_PLACES = 500


@dataclass
class Uses:
    """What became of one class on its way through the file."""

    calls: list[ast.Call] = field(default_factory=list)  # where it is called
    obstacles: list[Obstacle] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    seen: set[ast.expr] = field(default_factory=set)  # the expressions that hold it


def follow(places: Places, mention: ast.expr) -> Uses:
    """Return where a class that is named at ``mention`` gets to."""
    follower = _Follower(places)
    follower.run(Place(mention))
    return follower.uses


class _Follower:
    """Follows one class."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.scopes = places.scopes
        self.uses = Uses()
        self._todo: list[Place] = []

    def run(self, start: Place) -> None:
        """Follow the class from one place to all others."""
        seen: set[Place] = set()
        self._todo = [start]
        while self._todo:
            place = self._todo.pop()
            if place in seen:
                continue
            if len(seen) > _MOST_PLACES:
                self._add(message("class_uses.too_many_places"), place.node)
                return
            seen.add(place)
            self.uses.seen.add(place.node)
            self._step(place)

    def _go(self, node: ast.expr, path: PlacePath) -> None:
        self._todo.append(Place(node, path))

    def _stop(self, node: ast.AST, shown: ast.AST | None = None) -> None:
        """Note that something else than a call is made of the class."""
        what = shown if isinstance(shown, (ast.expr, ast.stmt)) else node
        self._add(message("class_uses.used_otherwise", what=_text(what), line=_line(node)), node)

    def _passed_on(self, call: ast.Call) -> None:
        self._add(message("class_uses.passed_on", callee=_text(call.func), line=_line(call)), call)

    def _stored(self, target: ast.expr) -> None:
        self._add(message("class_uses.stored", what=_text(target), line=_line(target)), target)

    def _add(self, reason: Text, node: ast.AST) -> None:
        self.uses.obstacles.append(Obstacle(reason, node))

    def _step(self, place: Place) -> None:
        """Go on from one place to what is done with the value there."""
        node, path = place
        parent = self.scopes.parents[node]
        match parent:
            case ast.Call() if parent.func is node:
                if path:
                    self._stop(parent)
                else:
                    self.uses.calls.append(parent)
            case ast.Call():
                self._argument(place, parent)
            case ast.keyword():
                self._keyword(place, parent)
            case ast.Attribute():
                self._method(place, parent)
            case ast.Subscript():
                self._subscript(place, parent)
            case ast.IfExp() if parent.test is not node:
                self._go(parent, path)
            case ast.BoolOp():
                self._go(parent, path)
            case ast.Compare() if _asks_for_none(parent) or (path and path[0].kind == KEY):
                pass  # ``cls is None``, ``name in OPTIMIZERS``
            case ast.NamedExpr():
                self._go(parent, path)
                self._bind(parent.target, path)
            case ast.Assign() | ast.AnnAssign():
                for target in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
                    self._bind(target, path)
            case _:
                self._container(place, parent)

    def _container(self, place: Place, parent: ast.AST) -> None:
        """Go on where the value is put into something, gone through, or handed out of a function."""
        node, path = place
        match parent:
            case ast.Dict() if node in parent.values:
                key = parent.keys[parent.values.index(node)]
                if key is not None:
                    at = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ANY
                    self._go(parent, (Step(KEY, at), *path))
                elif path and path[0].kind == KEY:
                    self._go(parent, path)  # ``{**OPTIMIZERS}``
                else:
                    self._stop(parent)
            case ast.List() | ast.Tuple() if isinstance(parent.ctx, ast.Load):
                starred = any(isinstance(entry, ast.Starred) for entry in parent.elts)
                self._go(parent, (Step(ITEM, ANY if starred else parent.elts.index(node)), *path))
            case ast.For() | ast.AsyncFor() | ast.comprehension() if path and parent.iter is node:
                if path[0].kind == ITEM:  # a dictionary gives its keys
                    self._bind(parent.target, path[1:])
            case ast.ListComp() | ast.GeneratorExp() if parent.elt is node:
                self._go(parent, (Step(ITEM, ANY), *path))
            case ast.Return() | ast.Lambda():
                self._returned(parent, path)
            case ast.arguments():
                self._default(place, parent)
            case ast.UnaryOp(op=ast.Not()) | ast.If() | ast.While() | ast.Assert() | ast.IfExp() | ast.Expr():
                pass  # whether there is one
            case ast.expr() | ast.stmt():
                self._stop(parent)
            case _:
                self._stop(node)

    def _bind(self, target: ast.expr, path: PlacePath) -> None:
        """Go on from what a target gets."""
        match target:
            case ast.Name():
                binding, scope = self.places.owner(target)
                if self.places.is_open(target.id, scope, target):
                    self.uses.openings.append(Opening(target.id, given=False))
                if isinstance(scope.node, ast.ClassDef):
                    self._attribute_reads(target.id, scope.node, path)
                for read in self.places.reads(binding):
                    self._go(read, path)
            case ast.Attribute() if (holder := self.places.holder(target)) is not None:
                if self._is_open_attribute(target.attr, holder):
                    self.uses.openings.append(Opening(ast.unparse(target), given=False))
                self._attribute_reads(target.attr, holder, path)
            case ast.Tuple() | ast.List() if path and path[0].kind == ITEM:
                for index, entry in enumerate(target.elts):
                    if path[0].at in (ANY, index):
                        self._bind(entry, path[1:])
            case ast.Subscript(value=holder, slice=index):
                self._put_into(holder, (step_of(index)[0], *path))
            case _:
                self._stored(target)

    def _put_into(self, holder: ast.expr, path: PlacePath) -> None:
        """Go on from a container that the class is put into."""
        if not isinstance(holder, ast.Name) or not self._is_made_here(holder):
            self._stored(holder)
            return
        for read in self.places.names_of(holder):
            self._go(read, path)

    def _is_open_attribute(self, name: str, holder: ast.ClassDef) -> bool:
        return self.places.is_open(name, self.scopes.scopes[holder], holder)

    def _attribute_reads(self, name: str, holder: ast.ClassDef, path: PlacePath) -> None:
        own, other = self.places.attributes(name, holder)
        for read in own:
            if isinstance(read.ctx, ast.Load):
                self._go(read, path)
        for unclear in other:
            self._stop(unclear, self.scopes.parents[unclear])
        for call in self.scopes.calls:
            if _reads_by_name(call, name):
                self._stop(call)

    def _argument(self, place: Place, call: ast.Call) -> None:
        """Go on from an argument without a keyword into the function."""
        node, path = place
        if self.places.binds_arguments(call) and call.args[0] is node and not path:
            self._go(call, ())
        elif self.places.is_builtin(call.func, "list", "tuple", "reversed", "iter") and path:
            if path[0].kind == ITEM:  # a dictionary gives its keys
                self._go(call, (Step(ITEM, ANY), *path[1:]))
        elif path and path[0].kind == KEY and _is_join(call):
            pass
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "append" and len(call.args) == 1:
            self._put_into(call.func.value, (Step(ITEM, ANY), *path))
        elif _is_other_value(call, node) or (self._is_dict(call) and path and path[0].kind == KEY):
            self._go(call, path)
        elif self.places.is_builtin(call.func, "len", "sorted", "set", "enumerate", "bool", "callable"):
            self._counted(place, call)
        else:
            self._handed_over(place, call, node)

    def _is_dict(self, call: ast.Call) -> bool:
        return self.places.is_builtin(call.func, "dict")

    def _counted(self, place: Place, call: ast.Call) -> None:
        """Go on from ``enumerate(classes)``; ``len(classes)`` and ``sorted(OPTIMIZERS)`` give no class."""
        path = place.path
        if self.places.is_builtin(call.func, "enumerate") and path and path[0].kind == ITEM:
            self._go(call, (Step(ITEM, ANY), Step(ITEM, 1), *path[1:]))
        elif not (path and path[0].kind == KEY) and self.places.is_builtin(call.func, "sorted", "set"):
            self._passed_on(call)

    def _keyword(self, place: Place, keyword: ast.keyword) -> None:
        """Go on from ``f(cls=…)`` and from ``dict(sgd=…)``."""
        call = self.scopes.parents[keyword]
        if not isinstance(call, ast.Call):
            self._stop(place.node)
        elif keyword.arg is not None and self._is_dict(call):
            self._go(call, (Step(KEY, keyword.arg), *place.path))
        else:
            self._handed_over(place, call, place.node)

    def _handed_over(self, place: Place, call: ast.Call, node: ast.expr) -> None:
        """Go on with the parameter of a function of the file that gets the value."""
        function = self.places.functions.called_function(call)
        if isinstance(function, ast.ClassDef):
            function = next(
                (s for s in function.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None
            )
        if not isinstance(function, ast.FunctionDef) or self._is_overridden(function):
            self._passed_on(call)
            return
        for parameter in parameters_of(function):
            if self.places.functions.passed(call, function, parameter) is node:
                self._parameter(parameter, place.path)
                return
        self._passed_on(call)

    def _is_overridden(self, function: ast.FunctionDef) -> bool:
        """Return whether a call of a method may call that of a subclass instead."""
        holder = self.scopes.parents[function]
        if not isinstance(holder, ast.ClassDef) or function.name == "__init__":
            return False
        if self.places.is_open(function.name, self.scopes.scopes[holder], function):
            self.uses.openings.append(Opening(function.name, given=False))
        return len(self.places.class_bindings(function.name, holder)) > 1

    def _parameter(self, parameter: ast.arg, path: PlacePath) -> None:
        binding, _ = self.places.owner(parameter)
        for read in self.places.reads(binding):
            self._go(read, path)

    def _default(self, place: Place, arguments: ast.arguments) -> None:
        """Go on with the parameter whose default the value is."""
        function = self.scopes.parents[arguments]
        parameter = parameter_of(arguments, place.node)
        if parameter is None or not isinstance(function, ast.FunctionDef):
            self._stop(place.node)
            return
        self._parameter(parameter, place.path)

    def _method(self, place: Place, attribute: ast.Attribute) -> None:
        """Go on from ``OPTIMIZERS.get(name)``, ``.values()``, ``.items()``."""
        path, call = place.path, self.scopes.parents[attribute]
        called = isinstance(call, ast.Call) and call.func is attribute
        if not path or not called or not isinstance(call, ast.Call):
            self._stop(self.scopes.parents[attribute] if called else attribute)
            return
        of_dict = path[0].kind == KEY
        match attribute.attr, call.args:
            case "get" | "pop", [index, *_] if of_dict:
                rest = taken(path, step_of(index))
                if rest is not None:
                    self._go(call, rest)
            case "values", [] if of_dict:
                self._go(call, (Step(ITEM, ANY), *path[1:]))
            case "items", [] if of_dict:
                self._go(call, (Step(ITEM, ANY), Step(ITEM, 1), *path[1:]))
            case "copy", []:
                self._go(call, path)
            case "keys", [] if of_dict:
                pass
            case "append", [_] if not of_dict and self._is_made_here(place.node):
                pass  # what else is put in is looked for from the call
            case _:
                self._stop(call)

    def _subscript(self, place: Place, subscript: ast.Subscript) -> None:
        """Go on from ``OPTIMIZERS[name]``."""
        node, path = place
        if subscript.value is not node or not path:
            self._stop(subscript)
        elif not isinstance(subscript.ctx, ast.Load):
            if not self._is_made_here(node):
                self._stop(self.scopes.statement(subscript))
        elif isinstance(subscript.slice, ast.Slice):
            self._go(subscript, (Step(ITEM, ANY), *path[1:]))
        else:
            rest = taken(path, step_of(subscript.slice))
            if rest is not None:
                self._go(subscript, rest)

    def _is_made_here(self, node: ast.expr) -> bool:
        """Return whether a container has no other name, so that all that is put into it can be seen."""
        if not isinstance(node, ast.Name):
            return False
        values = [b.value for b in self.scopes.reaching(node.id, node) if b.kind == "assign" and not b.path]
        made = (ast.Dict, ast.List, ast.Call)
        return bool(values) and all(isinstance(value, made) for value in values)

    def _returned(self, node: ast.Return | ast.Lambda, path: PlacePath) -> None:
        """Go on with the results of the calls of the function that returns the value."""
        function = node if isinstance(node, ast.Lambda) else self.places.functions.function_around(node)
        calls = calls_of(self.places, function)
        if calls is None or not isinstance(function, ast.FunctionDef):
            what, place = _text(_named(function, node)), function if function is not None else node
            self._add(message("class_uses.called_elsewhere", what=what, line=_line(place)), place)
            return
        if is_open_function(self.places, function):
            self.uses.openings.append(Opening(function.name, given=False))
        for call in calls:
            self._go(call, path)


def _named(function: ast.AST | None, node: ast.AST) -> ast.AST:
    """Return an expression that shows a function in messages: its name, not its text."""
    return ast.Name(function.name) if isinstance(function, FunctionDef) else node


def _text(node: ast.AST) -> str:
    return shortened(ast.unparse(node))


def _line(node: ast.AST) -> str:
    return str(getattr(node, "lineno", ""))


def _reads_by_name(call: ast.Call, name: str) -> bool:
    """``getattr(trainer, "optimizer_class")``."""
    match call:
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(attribute)), *_]):
            return attribute == name
    return False


def _is_other_value(call: ast.Call, node: ast.expr) -> bool:
    """``OPTIMIZERS.get(name, optim.SGD)``: the class is what the call gives otherwise."""
    match call:
        case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[_, other]):
            return other is node
    return False


def _is_join(call: ast.Call) -> bool:
    """``", ".join(OPTIMIZERS)``: the keys of a dictionary are shown."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join"), args=[_]):
            return True
    return False


def _asks_for_none(comparison: ast.Compare) -> bool:
    operands = [comparison.left, *comparison.comparators]
    return any(isinstance(o, ast.Constant) and o.value is None for o in operands) and len(operands) == 2
