"""The generated pages: a mapping page for every row, a page for every diagnostic, and their indexes.

Only their content is made here; ``pytest tests/test_pages.py --rewrite-cases`` writes the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.diagnostic_document import lay_out_diagnostic, lay_out_diagnostics
from optconv.cli.reference.document import Document
from optconv.cli.reference.index_document import lay_out_index, lay_out_index_table
from optconv.cli.reference.lookup import describe_rows
from optconv.cli.reference.render_markdown import render_markdown
from optconv.cli.reference.row_document import lay_out_row
from optconv.mappings import diagnostic_kinds, load_labelled, table_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings import Tables

FOLDERS = ("docs/mappings", "docs/diagnostics")
_LANGUAGE = "en"
_NOTICE = "<!-- Generated from the tables and from what was measured; see CONTRIBUTING.md. -->\n\n"


def generate_pages() -> dict[str, str]:
    """Return the content of every generated page by its path in the project."""
    described = [(tables, describe_rows(tables)) for tables in map(load_labelled, table_labels())]
    pages: dict[str, str] = {}
    for tables, rows in described:
        pages.update(_mapping_pages(tables, rows))
    kinds = diagnostic_kinds()
    folder = "docs/diagnostics"
    pages[f"{folder}/README.md"] = _page(lay_out_diagnostics(kinds.values()), folder)
    every_row = [row for _, rows in described for row in rows.values()]
    for code, kind in kinds.items():
        pages[f"{folder}/{code}.md"] = _page(lay_out_diagnostic(kind, every_row), folder)
    return pages


def index_table(tables: Tables) -> list[str]:
    """Return the table of all rows of a target as lines of the README."""
    table = lay_out_index_table(list(describe_rows(tables).values()), tables)
    return render_markdown(Document((table,)), _LANGUAGE, ".").splitlines()


def _mapping_pages(tables: Tables, rows: Mapping[str, RowDescription]) -> dict[str, str]:
    folder = f"docs/mappings/{tables.label}"
    pages = {f"{folder}/README.md": _page(lay_out_index(list(rows.values()), tables), folder)}
    for row in rows.values():
        pages[f"{folder}/{row.page}.md"] = _page(lay_out_row(row, all_cases=True), folder)
    return pages


def _page(document: Document, folder: str) -> str:
    return _NOTICE + render_markdown(document, _LANGUAGE, folder)
