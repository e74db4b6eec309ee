"""What names refer to: the dotted names that a name or attribute of the source can stand for."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from optconv.converter.module_members import TAKING, member_of
from optconv.converter.scopes import Binding, ScopeTree
from optconv.mappings import Tables

_DEEPEST_ALIAS = 8


@dataclass(frozen=True)
class Meaning:
    """What an expression can refer to.

    ``names`` are the dotted names it can stand for; ``certain`` says that it cannot be anything else;
    ``through_value`` that a plain assignment (``Opt = optim.Adam``) lies on the way.
    """

    names: frozenset[str] = frozenset()
    certain: bool = True
    through_value: bool = False


NOTHING = Meaning(certain=False)


class ImportedNames(Protocol):
    """What the other files of a project know of the names that one file imports from them."""

    def resolve(self, name: str) -> Meaning | None:
        """Return what an imported name stands for outside of the project; None: it stands for itself."""

    def is_module(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project."""

    def is_own(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project, or something in one."""

    def star(self, module: str, name: str) -> Meaning | None:
        """Return what ``from module import *`` binds a name to; None: it does not bind it."""


class NameResolver:
    """Resolves names and attribute chains of one module to dotted names."""

    def __init__(
        self,
        scopes: ScopeTree,
        tables: Tables,
        imported: ImportedNames | None = None,
    ) -> None:
        """Prepare to resolve.

        Args:
            scopes: the scopes of the module.
            tables: what is known of the source framework, for what ``from module import *`` binds.
            imported: what is known of names that come from other files of the project.
        """
        self._scopes = scopes
        self._tables = tables
        self._imported = imported
        self._known: dict[ast.AST, Meaning] = {}
        self._of_import: dict[str, Meaning] = {}
        self._active: set[ast.AST] = set()
        self._cycles = 0

    def meaning(self, node: ast.expr, depth: int = 0) -> Meaning:
        """Return what a name or an attribute chain refers to; of anything else, nothing is known."""
        if isinstance(node, ast.Attribute):
            base = self.meaning(node.value, depth)
            joined = [self.of_import(joined_name(name, node.attr)) for name in sorted(base.names)]
            return _all_of(joined, base.certain, base.through_value) if joined else base
        member = member_of(node)
        if member is not None and not any(self._scopes.lookup(name, node) for name in TAKING):
            base = self.meaning(member[0], depth)
            return Meaning(frozenset(f"{name}.{member[1]}" for name in base.names), base.certain)
        if not isinstance(node, ast.Name) or depth > _DEEPEST_ALIAS:
            return NOTHING
        if node not in self._known:
            if node in self._active:
                self._cycles += 1
                return NOTHING  # a name that is defined through itself means nothing
            cycles = self._cycles
            self._active.add(node)
            meaning = self._name(node, depth)
            self._active.remove(node)
            if cycles != self._cycles and self._active:
                return meaning
            self._known[node] = meaning
        return self._known[node]

    def is_imported(self, node: ast.Name) -> bool:
        """Return whether the name is bound by imports only."""
        bindings = self._scopes.reaching(node.id, node)
        return bool(bindings) and all(binding.kind == "import" for binding in bindings)

    def exported(self, name: str) -> Meaning:
        """Return what another file gets that imports ``name`` from this one."""
        bindings = self._scopes.module.bindings.get(name, [])
        return self._all(bindings, 0) if bindings else self._star(name)

    def of_import(self, name: str) -> Meaning:
        """Return what a dotted name that is imported stands for: itself, unless the project re-exports it."""
        if name not in self._of_import:
            found = self._imported.resolve(name) if self._imported is not None else None
            self._of_import[name] = Meaning(frozenset({name})) if found is None else found
        return self._of_import[name]

    def is_own_module(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project that the file belongs to."""
        return self._imported is not None and self._imported.is_module(name)

    def is_own(self, name: str) -> bool:
        """Return whether a dotted name is a module of the project that the file belongs to, or is in one."""
        return self._imported is not None and self._imported.is_own(name)

    def _name(self, node: ast.Name, depth: int) -> Meaning:
        bindings = self._scopes.reaching(node.id, node)
        star = self._star(node.id)
        if not bindings:
            return star
        own = self._all(bindings, depth)
        rebound = any(self._scopes.may_be_rebound_by_star(binding) for binding in bindings)
        if star.names and rebound and star != own:  # the same name may come along, too: ``torch`` itself
            return Meaning(star.names, certain=False)
        return own

    def _all(self, bindings: Iterable[Binding], depth: int) -> Meaning:
        return _all_of([self._binding(binding, depth) for binding in bindings])

    def _binding(self, binding: Binding, depth: int) -> Meaning:
        if binding.kind == "import":
            return self.of_import(binding.imported)
        if binding.kind == "assign" and binding.value is not None and not binding.path:
            meaning = self.meaning(binding.value, depth + 1)
            return Meaning(meaning.names, meaning.certain, through_value=True)
        return NOTHING

    def _star(self, name: str) -> Meaning:
        """Look the name up in ``from … import *``; another star behind ours makes it uncertain."""
        certain = True
        for module in reversed(self._scopes.module.star_imports):
            dotted = joined_name(module, name)
            if _is_exported(self._tables, dotted) and not hasattr(builtins, name):
                return Meaning(frozenset({dotted}), certain)
            given = self._imported.star(module, name) if self._imported is not None else None
            if given is not None:
                return Meaning(given.names, certain and given.certain, given.through_value)
            certain = certain and self.is_own_module(module)
        return NOTHING


def _is_exported(tables: Tables, name: str) -> bool:
    """Return whether ``from <module> import *`` brings in a name: a public class, or a submodule."""
    return tables.source_api(name) is not None or name in tables.public_modules


def joined_name(module: str, name: str) -> str:
    """Return the dotted name of a member of a module, also of one that is nothing but dots."""
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


def _all_of(meanings: list[Meaning], certain: bool = True, through_value: bool = False) -> Meaning:
    """Return what something means that can be each of several things."""
    if len(meanings) == 1 and certain and not through_value and meanings[0].names:
        return meanings[0]
    names = frozenset().union(*(meaning.names for meaning in meanings))
    return Meaning(
        names,
        certain=certain and bool(names) and all(meaning.certain for meaning in meanings),
        through_value=through_value or any(meaning.through_value for meaning in meanings),
    )
