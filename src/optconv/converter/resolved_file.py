"""A parsed file with its scopes, the meaning of its names and the kinds of its objects."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.annotations import adopt_strings
from optconv.converter.kinds import KindInference, OtherFiles, Trail
from optconv.converter.names import ImportedNames, NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import SourceText
from optconv.mappings import Tables


@dataclass(eq=False)
class ResolvedFile:
    """What planning a file stands on."""

    text: SourceText
    scopes: ScopeTree
    names: NameResolver
    kinds: KindInference


def resolve_file(
    text: SourceText,
    tree: ast.Module,
    tables: Tables,
    imported: ImportedNames | None = None,
    others: OtherFiles | None = None,
    trail: Trail | None = None,
) -> ResolvedFile:
    """Find the scopes of a file, and prepare to resolve its names and objects.

    Args:
        text: the file.
        tree: what its text was parsed to.
        tables: what is known of the target.
        imported: what is known of names that come from other files of its project.
        others: what is known of objects that do.
        trail: what is being followed in all files of the project.
    """
    scopes = ScopeTree(tree)
    adopt_strings(scopes, text)
    names = NameResolver(scopes, tables, imported)
    return ResolvedFile(text, scopes, names, KindInference(scopes, names, tables, others, trail))
