"""One parsed file of a project, and what it defines."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from optconv.converter.combinations import OPTIMIZER_PARAMETER
from optconv.converter.rate_changes import group_members, is_written
from optconv.converter.resolved_file import ResolvedFile
from optconv.mappings import Tables

if TYPE_CHECKING:
    from optconv.converter.project_links import ModuleLinks


@dataclass(eq=False)
class ProjectModule(ResolvedFile):
    """One parsed file of a project."""

    path: PurePosixPath
    links: ModuleLinks
    tables: Tables

    def holds(self, source: bytes) -> bool:
        """Return whether these are the bytes of the file."""
        return self.text.encode(self.text.text) == source

    @cached_property
    def changes_given_rates(self) -> bool:
        """Return whether it builds a scheduler for an optimizer that it is given, or writes its groups."""
        for call in self.scopes.calls:
            api = self.kinds.api_of(call.func)
            if api is None or api.kind != "scheduler":
                continue
            place = api.place_of(OPTIMIZER_PARAMETER)
            given = [*call.args[:1], *call.args[place : place + 1]]
            given += [k.value for k in call.keywords if k.arg == OPTIMIZER_PARAMETER]
            if any(map(self._is_given, given)):
                return True
        members = group_members(self.tables)
        groups = (a for a in self.scopes.attributes if a.attr in members and is_written(self.scopes, a))
        return any(self._is_given(node.value) for node in groups)

    def _is_given(self, node: ast.expr) -> bool:
        """Return whether an object may come from another file."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        values = self.kinds.values(node)
        if values.kind is None:
            return values.unknown
        return values.unknown or any(instance.construction is None for instance in values.instances)

    def gives_by_star(self, name: str) -> bool:
        """Return whether ``from module import *`` may bind a name, as far as ``__all__`` can be read."""
        bindings = self.scopes.module.bindings.get("__all__", [])
        if not bindings:
            return not name.startswith("_")
        listed = bindings[0].value
        if len(bindings) > 1 or bindings[0].kind != "assign" or not isinstance(listed, (ast.List, ast.Tuple)):
            return True
        changed = any(
            isinstance(n.value, ast.Name) and n.value.id == "__all__" for n in self.scopes.attributes
        )
        names = [entry.value for entry in listed.elts if isinstance(entry, ast.Constant)]
        return name in names or changed or len(names) < len(listed.elts)


@dataclass(frozen=True)
class Definition:
    """A function or class, and the module that defines it."""

    module: ProjectModule
    node: ast.FunctionDef | ast.ClassDef
