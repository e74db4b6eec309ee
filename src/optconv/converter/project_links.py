"""What one file of a project asks of the others: imported names, results, arguments and attributes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from optconv.converter.module_files import Place
from optconv.converter.names import Meaning, joined_name
from optconv.converter.object_values import NO_VALUES, UNKNOWN_VALUES, Instance, Values
from optconv.converter.project_calls import method_of, uses_elsewhere
from optconv.converter.project_mentions import may_derive, may_store
from optconv.converter.project_module import Definition, ProjectModule
from optconv.converter.project_rates import changes_elsewhere

if TYPE_CHECKING:
    from optconv.converter.project_modules import ProjectModules

_MOST_BASES = 8  # classes that one is followed up through


class ModuleLinks:
    """Answers the questions of one file from the other files of its project."""

    def __init__(self, project: ProjectModules, path: PurePosixPath) -> None:
        self._project = project
        self._path = path
        self._resolved: dict[str, Meaning | None] = {}
        self._places: dict[str, Place | None] = {}
        self._bases_of: dict[ast.ClassDef, list[Definition]] = {}
        self._subclasses_of: dict[tuple[ast.ClassDef, int], list[Definition]] = {}

    def forget(self) -> None:
        """Let go of what was found in other files."""
        self._bases_of.clear()
        self._subclasses_of.clear()

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
        found = self._place_of(name)
        return found is not None and not found[1]

    def is_own(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project, or something in one."""
        return self._place_of(name) is not None

    def _place_of(self, name: str) -> Place | None:
        if name not in self._places:
            self._places[name] = self._project.file_of(self._path, name)
        return self._places[name]

    def star(self, module: str, name: str) -> Meaning | None:
        """Return what ``from module import *`` binds a name to; None: it does not bind it."""
        place = self._place_of(module)
        if place is not None and not place[1]:
            if not self._project.may_bind(place[0], name):
                return None
            given = self._project.module_at(place[0])
            if given is not None and not given.gives_by_star(name):
                return None
        dotted = joined_name(module, name)
        found = self.resolve(dotted)
        if found is None and self._project.definition(self._path, dotted) is not None:
            return Meaning(frozenset({dotted}))
        return found

    def returned(self, call: ast.Call, path: tuple[int, ...], depth: int) -> Values | None:
        """Return what a function of another file returns; None where it is no such function."""
        found = self.called(call)
        if found is None or isinstance(found.node, ast.ClassDef):
            return None
        return _abroad(found.module, found.module.kinds.returned(found.node, path, depth))

    def passed(
        self, function: ast.FunctionDef, parameter: ast.arg, path: tuple[int, ...], depth: int
    ) -> Values | None:
        """Return what the calls in other files pass for a parameter of a function; None: there are none."""
        found: list[Values] = []
        for module, call in uses_elsewhere(self._project, self._own, function, depth):
            value = self._own.kinds.functions.passed(call, function, parameter) if call is not None else None
            found.append(UNKNOWN_VALUES if value is None else module.links.given(value, path, depth))
        return reduce(or_, found) if found else None

    def given(self, value: ast.expr, path: tuple[int, ...], depth: int) -> Values:
        """Return what an expression of this file can hold, for a file that it is passed to."""
        return _abroad(self._own, self._own.kinds.values(value, path, depth))

    def attribute(self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int) -> Values | None:
        """Return what other files assign to an attribute of a class of this one; None: nothing."""
        found = [self._set_from_outside(holder, name, path, depth)]
        for related in self.relatives(holder):
            assert isinstance(related.node, ast.ClassDef)
            values = related.module.kinds.attribute_of(related.node, name, path, depth)
            found.append(_abroad(related.module, values) if values is not None else None)
        known = [values for values in found if values is not None]
        return reduce(or_, known) if known else None

    def _set_from_outside(
        self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int
    ) -> Values | None:
        """Return what other files assign to an attribute of an object: ``trainer.optimizer = …``."""
        found: list[Values] = []
        for module in self._project.importing(self._path, holder.name, name, may_store):
            for node in module.scopes.attributes_called[name] if not path else ():
                if not isinstance(node.ctx, ast.Store):
                    continue
                built = module.links.built_class(node.value)
                if built is not None and built.node is holder:
                    value, inner = module.scopes.assigned_value(node)
                    known = module.kinds.values(value, inner, depth) if value is not None else UNKNOWN_VALUES
                    found.append(_abroad(module, known))
        return reduce(or_, found) if found else None

    def overriding(self, holder: ast.ClassDef, name: str, path: tuple[int, ...], depth: int) -> Values:
        """Return what methods return by which subclasses in other files override one of a class."""
        joined = NO_VALUES
        for related in self.subclasses(holder):
            assert isinstance(related.node, ast.ClassDef)
            method = related.module.kinds.functions.method(related.node, name)
            if method is not None:
                joined |= _abroad(related.module, related.module.kinds.returned(method, path, depth))
        return joined

    def bases(self, holder: ast.ClassDef) -> list[Definition]:
        """Return the base classes of a class of this file, of whichever file of the project they are."""
        if holder not in self._bases_of:
            self._bases_of[holder] = list(self._find_bases(holder))
        return self._bases_of[holder]

    def _find_bases(self, holder: ast.ClassDef) -> Iterator[Definition]:
        for base in holder.bases:
            known = self._own.scopes.reaching(base.id, base) if isinstance(base, ast.Name) else []
            own = known[0].node if len(known) == 1 else None
            found = Definition(self._own, own) if isinstance(own, ast.ClassDef) else self.definition_of(base)
            if found is not None and isinstance(found.node, ast.ClassDef):
                yield found

    def relatives(self, holder: ast.ClassDef) -> Iterator[Definition]:
        """Return the classes of other files that a class inherits from, and those that inherit from it."""
        yield from self._above(holder, 0)
        yield from self.subclasses(holder)

    def _bases(self, holder: ast.ClassDef) -> Iterator[Definition]:
        return (base for base in self.bases(holder) if base.module.path != self._path)

    def _above(self, holder: ast.ClassDef, depth: int) -> Iterator[Definition]:
        """Return the classes of other files that a class inherits from."""
        for base in self._bases(holder) if depth < _MOST_BASES else ():
            assert isinstance(base.node, ast.ClassDef)
            yield base
            yield from base.module.links._above(base.node, depth + 1)

    def subclasses(self, holder: ast.ClassDef, depth: int = 0) -> list[Definition]:
        """Return the classes of other files that inherit from a class, be it through others."""
        key = (holder, depth)
        if key not in self._subclasses_of:
            self._subclasses_of[key] = list(self._find_subclasses(holder, depth))
        return self._subclasses_of[key]

    def _find_subclasses(self, holder: ast.ClassDef, depth: int) -> Iterator[Definition]:
        if depth >= _MOST_BASES:
            return
        family = [holder, *self._own.kinds.functions.below(holder)]
        for base in family:
            for module in self._project.importing(self._path, base.name, may=may_derive):
                for node in module.kinds.functions.classes:
                    if any(found.node is base for found in module.links._bases(node)):
                        yield Definition(module, node)
                        yield from (Definition(module, n) for n in module.kinds.functions.below(node))
                        yield from module.links.subclasses(node, depth + 1)

    def rate_changes(self, construction: ast.Call, handed: Collection[ast.Call]) -> bool:
        """Return whether other files may change the rate of an optimizer that this one builds."""
        return changes_elsewhere(self._project, self._own, construction, handed)

    def builds(self, call: ast.Call) -> bool:
        """Return whether a call builds an object of a class of another file."""
        return self.built_class(call) is not None

    def built_class(self, node: ast.expr) -> Definition | None:
        """Return the class of another file that an object is certainly built of, by the calls in this one."""
        built = [node] if isinstance(node, ast.Call) else self._own.kinds.functions.assigned(node)
        made = [self.definition_of(value.func) if isinstance(value, ast.Call) else None for value in built]
        holder = made[0] if len(made) == 1 else None
        return holder if holder is not None and isinstance(holder.node, ast.ClassDef) else None

    def called(self, call: ast.Call) -> Definition | None:
        """Return the function or class of another file that a call calls."""
        found = self.definition_of(call.func)
        if found is not None or not isinstance(call.func, ast.Attribute):
            return found
        holder = self.built_class(call.func.value)
        if holder is None:
            return None
        return method_of(holder, call.func.attr)

    def definition_of(self, node: ast.expr) -> Definition | None:
        """Return the function or class of another file that an expression certainly means."""
        meaning = self._own.names.meaning(node)
        if len(meaning.names) != 1 or not meaning.certain:
            return None
        return self._project.definition(self._path, next(iter(meaning.names)))


def _abroad(module: ProjectModule, values: Values) -> Values:
    """Return values of one file for another: of which classes they are, not by which calls they were made."""
    known = {Instance(i.api, None) for i in values.instances if module.kinds.may_be_converted(i)}
    unknown = values.unknown or bool(values.groups) or len(known) < len({i.api for i in values.instances})
    return Values(frozenset(known), unknown)
