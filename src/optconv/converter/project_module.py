"""One parsed file of a project, and what it defines."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from optconv.converter.kinds import KindInference
from optconv.converter.names import NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import SourceText

if TYPE_CHECKING:
    from optconv.converter.project_links import ModuleLinks


@dataclass(eq=False)
class ProjectModule:
    """One parsed file of a project."""

    path: PurePosixPath
    source: bytes
    text: SourceText
    tree: ast.Module
    scopes: ScopeTree
    names: NameResolver
    kinds: KindInference
    links: ModuleLinks


@dataclass(frozen=True)
class Definition:
    """A function or class, and the module that defines it."""

    module: ProjectModule
    node: ast.FunctionDef | ast.ClassDef
