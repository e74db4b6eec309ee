"""Finds every class that a call can call: follows what is called back to where classes are named."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

from optconv.converter.class_places import (
    ANY,
    ITEM,
    KEY,
    Obstacle,
    Opening,
    Place,
    Places,
    Step,
    as_path,
    step_of,
)
from optconv.converter.class_places import Path as PlacePath
from optconv.converter.functions import default_of
from optconv.converter.own_calls import bound_parameter, calls_of, is_open_function
from optconv.converter.scopes import Binding
from optconv.converter.source import shortened
from optconv.mappings import Text, message

_MOST_PLACES = 500


@dataclass(frozen=True)
class Source:
    """A class that a call can call: where it is named, and the calls of ``partial`` on the way."""

    mention: ast.expr
    partials: tuple[ast.Call, ...] = ()  # the outermost first: its arguments come last


@dataclass
class Sources:
    """What one call can call."""

    classes: list[Source] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)


def trace(places: Places, call: ast.Call, mentions: Collection[ast.expr]) -> Sources:
    """Return every class that ``call`` can call.

    Args:
        places: the places of the file.
        call: the call.
        mentions: the expressions that name classes of the tables.
    """
    tracer = _Tracer(places, call, mentions)
    tracer.run()
    return tracer.found


class _Tracer:
    """Follows what one call calls."""

    def __init__(self, places: Places, call: ast.Call, mentions: Collection[ast.expr]) -> None:
        self.places = places
        self.scopes = places.scopes
        self.call = call
        self.mentions = mentions
        self.found = Sources()
        self._todo: list[tuple[Place, tuple[ast.Call, ...]]] = []
        self._partials: tuple[ast.Call, ...] = ()  # on the way to the place that is looked at

    def run(self) -> None:
        """Follow the function of the call to all that it can be."""
        seen: set[tuple[Place, tuple[ast.Call, ...]]] = set()
        self._todo = [(Place(self.call.func), ())]
        while self._todo:
            current = self._todo.pop()
            if current in seen:
                continue
            if len(seen) > _MOST_PLACES:
                self._add(message("class_sources.too_many_places", call=self._called()), self.call)
                return
            seen.add(current)
            place, self._partials = current
            if place.node in self.mentions and not place.path:
                self.found.classes.append(Source(place.node, self._partials))
            else:
                self._step(place)

    def _go(self, node: ast.expr, path: PlacePath) -> None:
        self._todo.append((Place(node, path), self._partials))

    def _stop(self, node: ast.AST) -> None:
        what = shortened(_name_or_text(node))
        self._add(message("class_sources.may_be_other", call=self._called(), what=what), node)

    def _called(self) -> str:
        return f"{shortened(ast.unparse(self.call.func))}(…)"

    def _add(self, reason: Text, node: ast.AST) -> None:
        obstacle = Obstacle(reason, node)
        if obstacle not in self.found.obstacles:
            self.found.obstacles.append(obstacle)

    def _step(self, place: Place) -> None:
        """Go back from one place to where its value comes from."""
        node, path = place
        match node:
            case ast.Constant(value=None) if not path:
                pass  # calling it is an error in any case
            case ast.IfExp():
                self._go(node.body, path)
                self._go(node.orelse, path)
            case ast.BoolOp():
                for operand in node.values:
                    self._go(operand, path)
            case ast.NamedExpr():
                self._go(node.value, path)
            case ast.Name():
                self._name(node, path)
            case ast.Attribute():
                self._attribute(node, path)
            case ast.Subscript(slice=ast.Slice()) if path:
                self._go(node.value, (Step(ITEM, ANY), *path[1:]))
            case ast.Subscript():
                for step in step_of(node.slice)[:1] if _is_key(node.slice) else step_of(node.slice):
                    self._go(node.value, (step, *path))
            case ast.Call():
                self._result(node, path)
            case _ if path:
                self._entry(node, path[0], path[1:])
            case _:
                self._stop(node)

    def _entry(self, node: ast.expr, step: Step, path: PlacePath) -> None:
        """Go back to the entries of a display that are meant."""
        match node:
            case ast.Dict():
                if step.kind != KEY:
                    return  # going through a dictionary gives its keys
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is None:
                        self._go(value, (step, *path))
                    elif not isinstance(key, ast.Constant) or step.at in (ANY, key.value):
                        self._go(value, path)
            case ast.List() | ast.Tuple():
                if step.kind != ITEM:
                    return
                starred = any(isinstance(entry, ast.Starred) for entry in node.elts)
                for index, entry in enumerate(node.elts):
                    if isinstance(entry, ast.Starred):
                        self._go(entry.value, (Step(ITEM, ANY), *path))
                    elif starred or step.at in (ANY, index):
                        self._go(entry, path)
            case ast.ListComp() | ast.GeneratorExp():
                self._go(node.elt, path)
            case _:
                self._stop(node)

    def _name(self, node: ast.Name, path: PlacePath) -> None:
        bindings = self.scopes.reaching(node.id, node)
        if not bindings:
            self._stop(node)
        for binding in bindings:
            self._binding(binding, path)
        if path:
            self._put_in(node, path)

    def _binding(self, binding: Binding, path: PlacePath) -> None:
        parameter = bound_parameter(binding)
        if binding.kind in ("assign", "loop") and binding.value is not None:
            self._go(binding.value, (*as_path(binding.path), *path))
        elif parameter is not None:
            self._parameter(parameter, path)
        elif binding.kind != "delete":
            self._stop(binding.node)

    def _put_in(self, node: ast.Name, path: PlacePath) -> None:
        """Go back to what is put into a container: ``classes.append(…)``, ``OPTIMIZERS[name] = …``."""
        for use in self.places.names_of(node):
            parent = self.scopes.parents[use]
            call = self.scopes.parents.get(parent)
            if (
                isinstance(parent, ast.Subscript)
                and parent.value is use
                and isinstance(parent.ctx, ast.Store)
            ):
                value, inner = self.scopes.assigned_value(parent)
                if value is None:
                    self._stop(parent)
                elif any(step.meets(path[0]) for step in step_of(parent.slice)):
                    self._go(value, (*as_path(inner), *path[1:]))
            elif isinstance(call, ast.Call) and call.func is parent and _appends(call):
                self._go(call.args[0], path[1:])

    def _attribute(self, node: ast.Attribute, path: PlacePath) -> None:
        """Go back to all that is assigned to an attribute, and to what the body of its class says."""
        holder = self.places.holder(node)
        if holder is None:
            self._stop(node)
            return
        own, _ = self.places.attributes(node.attr, holder)
        found = False
        for access in own:
            if not isinstance(access.ctx, ast.Load):
                found = True
                value, inner = self.scopes.assigned_value(access)
                if value is None:
                    self._stop(access)
                else:
                    self._go(value, (*as_path(inner), *path))
            elif self._is_changed(access) and path:
                self._stop(self.scopes.parents[access])
        for binding in self.places.class_bindings(node.attr, holder):
            found = True
            if self.places.is_field(binding):
                what = shortened(holder.name)
                self._add(message("class_sources.field", call=self._called(), what=what), holder)
            self._binding(binding, path)
        if not found:
            self._stop(node)

    def _is_changed(self, container: ast.expr) -> bool:
        """Return whether an entry is put into the container at a place."""
        parent = self.scopes.parents[container]
        return isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store)

    def _parameter(self, parameter: ast.arg, path: PlacePath) -> None:
        """Go back to what the callers of a function give for a parameter; all of them must be known."""
        function = self.scopes.parents[self.scopes.parents[parameter]]
        calls = calls_of(self.places, function) or []
        if not isinstance(function, ast.FunctionDef):
            self._stop(parameter)
            return
        passed = [self.places.functions.passed(call, function, parameter) for call in calls]
        if None in passed or not calls:
            what = shortened(function.name)
            self._add(message("class_sources.callers_unseen", call=self._called(), what=what), function)
            passed.append(default_of(function.args, parameter))
        if is_open_function(self.places, function):
            self.found.openings.append(Opening(function.name, given=True))
        for value in passed:
            if value is not None:
                self._go(value, path)

    def _result(self, call: ast.Call, path: PlacePath) -> None:
        """Go back to what a call gives."""
        places = self.places
        function = places.functions.called_function(call)
        if isinstance(function, ast.FunctionDef):
            self._returned(function, path)
        elif isinstance(call.func, ast.Attribute) and self._method(call, call.func, path):
            pass
        elif places.binds_arguments(call) and call.args and not path:
            self._todo.append((Place(call.args[0]), (*self._partials, call)))
        elif places.is_builtin(call.func, "dict") and path:
            self._dictionary(call, path)
        elif (
            places.is_builtin(call.func, "list", "tuple", "reversed", "iter") and len(call.args) == 1 and path
        ):
            self._go(call.args[0], (Step(ITEM, ANY), *path[1:]))
        elif places.is_builtin(call.func, "enumerate") and call.args and len(path) > 1:
            if path[1].at in (ANY, 1):
                self._go(call.args[0], (Step(ITEM, ANY), *path[2:]))
        else:
            self._stop(call)

    def _method(self, call: ast.Call, method: ast.Attribute, path: PlacePath) -> bool:
        """Go back to what ``OPTIMIZERS.get(name)``, ``.values()`` and the like give; False: another one."""
        match method.attr, call.args:
            case "get" | "pop", [index, *others]:
                self._go(method.value, (step_of(index)[0] if _is_key(index) else Step(KEY, ANY), *path))
                for other in others:
                    self._go(other, path)
            case "values", [] if path:
                self._go(method.value, (Step(KEY, ANY), *path[1:]))
            case "items", [] if len(path) > 1:
                if path[1].at in (ANY, 1):
                    self._go(method.value, (Step(KEY, ANY), *path[2:]))
            case "copy", []:
                self._go(method.value, path)
            case _:
                return False
        return True

    def _dictionary(self, call: ast.Call, path: PlacePath) -> None:
        """Go back to the entries of ``dict(sgd=…)``."""
        for argument in call.args:
            self._go(argument, path)
        for keyword in call.keywords:
            if keyword.arg is None:
                self._go(keyword.value, path)
            elif path[0].kind == KEY and path[0].at in (ANY, keyword.arg):
                self._go(keyword.value, path[1:])

    def _returned(self, function: ast.FunctionDef, path: PlacePath) -> None:
        """Go back to what a function of the file returns."""
        around = self.places.functions.function_around
        inside = [node for node in ast.walk(function) if around(node) is function]
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in inside) or function.decorator_list:
            self._stop(function)
            return
        for node in inside:
            if isinstance(node, ast.Return) and node.value is not None:
                self._go(node.value, path)


def _appends(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "append" and len(call.args) == 1


def _is_key(index: ast.expr) -> bool:
    return isinstance(index, ast.Constant) and isinstance(index.value, str)


def _name_or_text(node: ast.AST) -> str:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return node.name
    return node.arg if isinstance(node, ast.arg) else ast.unparse(node)
