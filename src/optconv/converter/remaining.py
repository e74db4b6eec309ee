"""How much else of a file is the source framework's: what the tables are not about, and what was left."""

from __future__ import annotations

from optconv.converter.file_context import FileContext


def count_remaining(context: FileContext) -> int:
    """Return how many names of the source framework a converted file still has, imports not counted.

    Each use of an imported name counts: ``torch.relu(torch.zeros(3))`` twice.
    """
    module = context.tables.source_module
    gone = {use.root for use in context.uses if not use.beside} | context.gone
    return sum(
        name not in gone
        and any(meaning.split(".")[0] == module for meaning in context.names.meaning(name).names)
        for name in context.scopes.names
        if context.names.is_imported(name)
    )
