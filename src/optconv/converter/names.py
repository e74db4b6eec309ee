"""What names refer to: the dotted names that a name or attribute of the source can stand for."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass

from optconv.converter.scopes import Binding, ScopeTree

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


class NameResolver:
    """Resolves names and attribute chains of one module to dotted names."""

    def __init__(self, scopes: ScopeTree, star_exports: Callable[[str, str], bool]) -> None:
        """Prepare to resolve.

        Args:
            scopes: the scopes of the module.
            star_exports: whether ``from module import *`` binds the name; called with module and name.
        """
        self._scopes = scopes
        self._star_exports = star_exports
        self._known: dict[ast.AST, Meaning] = {}
        self._active: set[ast.AST] = set()
        self._cycles = 0

    def meaning(self, node: ast.expr, depth: int = 0) -> Meaning:
        """Return what a name or an attribute chain refers to; of anything else, nothing is known."""
        if isinstance(node, ast.Attribute):
            base = self.meaning(node.value, depth)
            names = frozenset(f"{name}.{node.attr}" for name in base.names)
            return Meaning(names, base.certain, base.through_value)
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

    def _name(self, node: ast.Name, depth: int) -> Meaning:
        bindings = self._scopes.reaching(node.id, node)
        if not bindings:
            return self._star(node)
        star = self._star(node)
        if star.names and any(self._scopes.may_be_rebound_by_star(binding) for binding in bindings):
            return Meaning(star.names, certain=False)
        meanings = [self._binding(binding, depth) for binding in bindings]
        names = frozenset().union(*(meaning.names for meaning in meanings))
        return Meaning(
            names,
            certain=bool(names) and all(meaning.certain for meaning in meanings),
            through_value=any(meaning.through_value for meaning in meanings),
        )

    def _binding(self, binding: Binding, depth: int) -> Meaning:
        if binding.kind == "import":
            return Meaning(frozenset({binding.imported}))
        if binding.kind == "assign" and binding.value is not None and not binding.path:
            meaning = self.meaning(binding.value, depth + 1)
            return Meaning(meaning.names, meaning.certain, through_value=True)
        return NOTHING

    def _star(self, node: ast.Name) -> Meaning:
        """Look the name up in ``from … import *``; another star behind ours makes it uncertain."""
        certain = True
        for module in reversed(self._scopes.module.star_imports):
            if self._star_exports(module, node.id) and not hasattr(builtins, node.id):
                return Meaning(frozenset({f"{module}.{node.id}"}), certain)
            certain = False
        return NOTHING
