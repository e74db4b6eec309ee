"""What ``optconv show`` and ``optconv explain`` share: descriptions of rows, and sending a document."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Literal

import click

from optconv.cli.language import said
from optconv.cli.reference.find_api import near_misses
from optconv.cli.reference.render_markdown import render_markdown
from optconv.cli.reference.render_text import render_text
from optconv.cli.reference.row_description import RowDescription, describe_row, page_names
from optconv.cli.terminal import escape, is_terminal, say
from optconv.mappings import Text, message
from optconv.parity.evidence import evidence_path, read_evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optconv.cli.reference.document import Document
    from optconv.mappings import Tables

_COLUMNS = 110  # where there is no terminal
_NARROWEST = 60


def describe_rows(tables: Tables) -> dict[str, RowDescription]:
    """Return what is known of each API that has a row, by its name."""
    evidence = read_evidence(evidence_path(tables.folder))
    names = page_names(tables)
    return {
        row.api: describe_row(row, tables, None if row.origin else evidence.get(row.api), names[row.api])
        for row in tables.rows()
    }


def print_document(document: Document, language: str, how: str) -> None:
    """Write a document to standard output as text or as Markdown."""
    if how == "markdown":
        lines = render_markdown(document, language).rstrip("\n").split("\n")
    else:
        lines = document_lines(document, language)
    for line in lines:
        say(line)


def document_lines(document: Document, language: str) -> list[str]:
    """Return a document as lines of text, as wide as the terminal of standard output."""
    columns = shutil.get_terminal_size().columns if is_terminal(err=False) else _COLUMNS
    return render_text(document, language, max(columns, _NARROWEST))


def no_such_name(what: Literal["API", "diagnostic"], wanted: str, known: Iterable[str]) -> click.UsageError:
    """Return the error about a name that is not known, with those that come near."""
    problem = message(
        "usage.no_such_api" if what == "API" else "usage.no_such_diagnostic", name=escape(wanted)
    )
    near = near_misses(wanted, known)
    if not near:
        return click.UsageError(said(problem))
    names = message("usage.or").join(map(Text.same, near))
    return click.UsageError(said(message("usage.near_names", problem=problem, names=names)))
