"""How much else of a file is the source framework's: what the tables are not about, and what was left."""

from __future__ import annotations

from optconv.converter.file_context import FileContext


def count_remaining(context: FileContext) -> int:
    """Return how many names of the source framework a converted file still has, imports not counted.

    Each use of an imported name counts: ``torch.relu(torch.zeros(3))`` twice.
    """
    module = context.tables.source_module
    gone = {use.root for use in context.uses if not use.beside} | context.gone
    candidates = _imported_names(context)
    return sum(
        name not in gone
        and context.names.is_imported(name)
        and any(meaning.split(".")[0] == module for meaning in context.names.meaning(name).names)
        for name in context.scopes.names
        if name.id in candidates
    )


def _imported_names(context: FileContext) -> set[str]:
    """Return the names that imports bind, without those that lead elsewhere for certain."""
    module = context.tables.source_module
    rebound = bool(context.scopes.module.star_imports)  # a star may bind any of them again
    return {
        name
        for scope in context.scopes.scopes.values()
        for name, bindings in scope.bindings.items()
        for binding in bindings
        if binding.kind == "import"
        and (
            rebound or any(m.split(".")[0] == module for m in context.names.of_import(binding.imported).names)
        )
    }
