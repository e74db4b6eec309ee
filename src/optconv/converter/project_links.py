"""What one file of a project asks of the others: imported names, results, arguments and attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import reduce
from operator import or_
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from optconv.converter.kinds import NO_VALUES, UNKNOWN_VALUES, Instance, Values
from optconv.converter.names import Meaning, joined_name
from optconv.converter.project_module import Definition, ProjectModule

if TYPE_CHECKING:
    from optconv.converter.project_modules import ProjectModules

_MOST_BASES = 8  # classes that one is followed up through


class ModuleLinks:
    """Answers the questions of one file from the other files of its project."""

    def __init__(self, project: ProjectModules, path: PurePosixPath) -> None:
        self._project = project
        self._path = path
        self._resolved: dict[str, Meaning | None] = {}

    @property
    def _own(self) -> ProjectModule:
        module = self._project.module_at(self._path)
        assert module is not None  # it is the one that asks
        return module

    def resolve(self, name: str) -> Meaning | None:
        """Return what an imported name stands for outside of the project; None: it stands for itself."""
        if name not in self._resolved:
            self._resolved[name] = self._project.meaning(self._path, name)
        return self._resolved[name]

    def is_module(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project."""
        found = self._project.file_of(self._path, name)
        return found is not None and not found[1]

    def is_own(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project, or something in one."""
        return self._project.file_of(self._path, name) is not None

    def star(self, module: str, name: str) -> Meaning | None:
        """Return what ``from module import *`` binds a name to; None: it does not bind it."""
        dotted = joined_name(module, name)
        found = self.resolve(dotted)
        if found is None and self._project.definition(self._path, dotted) is not None:
            return Meaning(frozenset({dotted}))
        return found

    def returned(self, call: ast.Call, path: tuple[int, ...], depth: int) -> Values | None:
        """Return what a function of another file returns; None where it is no such function."""
        found = self._called(call)
        if found is None or isinstance(found.node, ast.ClassDef):
            return None
        return _abroad(found.module, found.module.kinds.returned(found.node, path, depth))

    def passed(
        self, function: ast.FunctionDef, parameter: ast.arg, path: tuple[int, ...], depth: int
    ) -> Values | None:
        """Return what the calls in other files pass for a parameter of a function; None: there are none."""
        own = self._own
        found: list[Values] = []
        holder = own.scopes.parents[function]
        of_class = isinstance(holder, ast.ClassDef) and function.name == "__init__"
        name = holder.name if of_class and isinstance(holder, ast.ClassDef) else function.name
        for module in self._project.importing(self._path, name):
            for call in module.scopes.calls:
                if _last_name(call.func) != name or not module.links.calls(call, function):
                    continue
                value = own.kinds.functions.passed(call, function, parameter)
                found.append(UNKNOWN_VALUES if value is None else module.links.given(value, path, depth))
        return reduce(or_, found) if found else None

    def given(self, value: ast.expr, path: tuple[int, ...], depth: int) -> Values:
        """Return what an expression of this file can hold, for a file that it is passed to."""
        return _abroad(self._own, self._own.kinds.values(value, path, depth))

    def calls(self, call: ast.Call, function: ast.FunctionDef) -> bool:
        """Return whether a call in this file certainly calls a function of another."""
        found = self._called(call)
        return found is not None and function is (
            _constructor(found.node) if isinstance(found.node, ast.ClassDef) else found.node
        )

    def attribute(self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int) -> Values:
        """Return what classes of other files assign to an attribute that a class of this one has, too."""
        joined = NO_VALUES
        for related in (*self._above(holder, 0), *self._subclasses(holder)):
            kinds = related.module.kinds
            assert isinstance(related.node, ast.ClassDef)
            joined |= _abroad(related.module, kinds.attribute_of(related.node, name, path, depth))
        return joined

    def _bases(self, holder: ast.ClassDef) -> Iterator[Definition]:
        found = (self._definition(base) for base in holder.bases)
        return (base for base in found if base is not None and isinstance(base.node, ast.ClassDef))

    def _above(self, holder: ast.ClassDef, depth: int) -> Iterator[Definition]:
        """Return the classes of other files that a class inherits from."""
        for base in self._bases(holder) if depth < _MOST_BASES else ():
            assert isinstance(base.node, ast.ClassDef)
            yield base
            yield from base.module.links._above(base.node, depth + 1)

    def _subclasses(self, holder: ast.ClassDef) -> Iterator[Definition]:
        for module in self._project.importing(self._path, holder.name):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef) and any(
                    base.node is holder for base in module.links._bases(node)
                ):
                    yield Definition(module, node)

    def _called(self, call: ast.Call) -> Definition | None:
        """Return the function or class of another file that a call calls."""
        found = self._definition(call.func)
        if found is not None or not isinstance(call.func, ast.Attribute):
            return found
        built = self._own.kinds.functions.assigned(call.func.value)
        made = [self._definition(value.func) if isinstance(value, ast.Call) else None for value in built]
        holder = made[0] if len(made) == 1 else None
        if holder is None or not isinstance(holder.node, ast.ClassDef):
            return None
        method = _method(holder.node, call.func.attr)
        return Definition(holder.module, method) if method is not None else None

    def _definition(self, node: ast.expr) -> Definition | None:
        meaning = self._own.names.meaning(node)
        if len(meaning.names) != 1 or not meaning.certain:
            return None
        return self._project.definition(self._path, next(iter(meaning.names)))


def _abroad(module: ProjectModule, values: Values) -> Values:
    """Return values of one file for another: of which classes they are, not by which calls they were made."""
    known = {Instance(i.api, None) for i in values.instances if module.kinds.may_be_converted(i)}
    unknown = values.unknown or bool(values.groups) or len(known) < len({i.api for i in values.instances})
    return Values(frozenset(known), unknown)


def _constructor(node: ast.ClassDef) -> ast.FunctionDef | None:
    return _method(node, "__init__")


def _method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == name), None)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
