"""The generated pages: a mapping page for every row, a page for every diagnostic, and their indexes.

Only their content is made here; ``pytest tests/test_pages.py --rewrite-cases`` writes the files.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from optconv.cli.reference.diagnostic_document import lay_out_diagnostic, lay_out_diagnostics
from optconv.cli.reference.document import Document
from optconv.cli.reference.index_document import lay_out_index, lay_out_index_table
from optconv.cli.reference.lookup import describe_rows
from optconv.cli.reference.render_markdown import render_markdown
from optconv.cli.reference.row_document import lay_out_row
from optconv.cli.reference.targets_document import describe_target, lay_out_targets_page
from optconv.mappings import LANGUAGES, diagnostic_kinds, load_labelled, message, table_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optconv.mappings import Tables

ROOTS = {"en": "docs", "zh": "docs/zh"}
"""The folder of the pages in each language."""
FOLDERS = tuple(f"{root}/{kind}" for root in ROOTS.values() for kind in ("mappings", "diagnostics"))
_NOTICE = "<!-- Generated from the tables and from what was measured; see CONTRIBUTING.md. -->\n\n"


def generate_pages() -> dict[str, str]:
    """Return the content of every generated page by its path in the project."""
    documents = dict(_documents())
    return {
        f"{ROOTS[language]}/{name}": _page(document, language, name)
        for name, document in documents.items()
        for language in LANGUAGES
    }


def _documents() -> Iterator[tuple[str, Document]]:
    """Yield every page with its path below the folder of a language."""
    described = [(tables, describe_rows(tables)) for tables in map(load_labelled, table_labels())]
    yield "mappings/README.md", lay_out_targets_page([describe_target(tables) for tables, _ in described])
    for tables, rows in described:
        folder = f"mappings/{tables.label}"
        yield f"{folder}/README.md", lay_out_index(list(rows.values()), tables)
        for row in rows.values():
            yield f"{folder}/{row.page}.md", lay_out_row(row, all_cases=True)
    kinds = diagnostic_kinds()
    yield "diagnostics/README.md", lay_out_diagnostics(kinds.values())
    every_row = [row for _, rows in described for row in rows.values()]
    for code, kind in kinds.items():
        yield f"diagnostics/{code}.md", lay_out_diagnostic(kind, every_row)


def index_table(tables: Tables) -> list[str]:
    """Return the table of all rows of a target as lines of the README."""
    table = lay_out_index_table(list(describe_rows(tables).values()), tables)
    return render_markdown(Document((table,)), "en", ".").splitlines()


def _page(document: Document, language: str, name: str) -> str:
    """Return one page, with a link to the same page in the other language."""
    root, folder = ROOTS[language], posixpath.dirname(f"{ROOTS[language]}/{name}")
    (other,) = (each for each in LANGUAGES if each != language)
    place = posixpath.relpath(f"{ROOTS[other]}/{name}", folder)
    name_of_other = message("pages.language").in_language(other)
    body = render_markdown(document, language, folder, root)
    return f"{_NOTICE}[{name_of_other}]({place})\n\n{body}"
