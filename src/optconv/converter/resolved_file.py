"""A parsed file with its scopes, the meaning of its names and the kinds of its objects."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from optconv.converter.annotations import adopt_strings
from optconv.converter.functions import FileFunctions
from optconv.converter.kinds import KindInference, OtherFiles, Trail
from optconv.converter.names import ImportedNames, NameResolver
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import SourceText
from optconv.mappings import Tables


@dataclass(frozen=True)
class ParsedFile:
    """What a file is by itself, whatever its names come from."""

    text: SourceText
    scopes: ScopeTree
    functions: FileFunctions


@dataclass(eq=False)
class ResolvedFile:
    """What planning a file stands on."""

    text: SourceText
    scopes: ScopeTree
    names: NameResolver
    kinds: KindInference


def index_file(text: SourceText, tree: ast.Module) -> ParsedFile:
    """Find the scopes of a file.

    Args:
        text: the file.
        tree: what its text was parsed to.
    """
    scopes = ScopeTree(tree)
    adopt_strings(scopes, text)
    return ParsedFile(text, scopes, FileFunctions(scopes))


def resolve_file(
    parsed: ParsedFile,
    tables: Tables,
    imported: ImportedNames | None = None,
    others: OtherFiles | None = None,
    trail: Trail | None = None,
) -> ResolvedFile:
    """Prepare to resolve the names and objects of a file.

    Args:
        parsed: the file.
        tables: what is known of the target.
        imported: what is known of names that come from other files of its project.
        others: what is known of objects that do.
        trail: what is being followed in all files of the project.
    """
    names = NameResolver(parsed.scopes, tables, imported)
    kinds = KindInference(parsed.scopes, names, tables, others, trail, parsed.functions)
    return ResolvedFile(parsed.text, parsed.scopes, names, kinds)
