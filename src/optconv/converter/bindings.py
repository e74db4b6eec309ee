"""What binds a name, and the scopes that hold the bindings."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

ScopeNode = (
    ast.Module
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ClassDef
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = frozenset({*FUNCTIONS, ast.ClassDef, *COMPREHENSIONS})
ANY_ENTRY = -1
"""In a path: some entry of a container, it is not known which."""
BINDING_PARTS = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)


# Nobody changes one; but there are many, and to make a frozen one takes three times as long.
@dataclass(eq=False, slots=True)
class Binding:
    """One place that gives a name a value."""

    name: str
    node: ast.AST  # the target name, the alias, the parameter, the definition
    kind: str  # import, assign, loop, parameter, definition, delete, other
    value: ast.expr | None = None  # of an assignment; what a loop goes through
    path: tuple[int, ...] = ()  # where in the value, for ``a, b = value``; ANY_ENTRY for a loop
    imported: str = ""  # the dotted name of an import


@dataclass(eq=False)
class Scope:
    """The names that one scope binds."""

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    stars: list[tuple[int, str]] = field(default_factory=list)  # ``from module import *``: line and module

    @property
    def star_imports(self) -> list[str]:
        """Return the modules of the star imports in the order in which they run."""
        return [module for _, module in sorted(self.stars)]

    @property
    def last_star(self) -> int:
        """Return the line of the last star import, 0 where there is none."""
        return max((line for line, _ in self.stars), default=0)
