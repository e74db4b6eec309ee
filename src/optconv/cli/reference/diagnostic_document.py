"""Lays out what a diagnostic code means: what ``optconv explain`` prints and what its page is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.document import Block, Document, Heading, Paragraph, Table, code, joined, same
from optconv.cli.reference.firings import find_firings, find_workarounds
from optconv.cli.reference.row_document import lay_out_workarounds
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings.schema import DiagnosticKind


def lay_out_diagnostic(kind: DiagnosticKind, rows: Sequence[RowDescription]) -> Document:
    """Return the document about a code.

    Args:
        kind: what the code means.
        rows: of all targets that the document is about.
    """
    severity = message(f"reference.severity.{kind.severity}")
    title = message("reference.code_and_name", code=kind.code, name=kind.name, severity=severity)
    return Document(
        (
            Heading(1, title),
            Paragraph(joined([message("reference.message"), _as_code(kind.message)], Text(" ", ""))),
            Heading(2, message("reference.meaning")),
            Paragraph(kind.meaning),
            Heading(2, message("reference.action")),
            Paragraph(kind.action),
            *_where(kind.code, rows),
            *_workarounds(kind.code, rows),
        )
    )


def lay_out_diagnostics(kinds: Iterable[DiagnosticKind]) -> Document:
    """Return the document that lists all codes."""
    lines = [
        (
            same(f"[{kind.code}](diagnostics/{kind.code}.md)"),
            same(kind.name),
            message(f"reference.severity.{kind.severity}"),
            _as_code(kind.message),
        )
        for kind in kinds
    ]
    head = (
        message("reference.code"),
        message("reference.name"),
        message("reference.severity"),
        message("reference.message_head"),
    )
    return Document((Heading(1, message("reference.diagnostics")), Table(head, tuple(lines))))


def _as_code(text: Text) -> Text:
    """Return a template as inline code; its own marks of code are left out."""
    return Text(*(f"`{part.replace('`', '')}`" for part in (text.en, text.zh)))


def _where(diagnostic: str, rows: Sequence[RowDescription]) -> list[Block]:
    firings = find_firings(diagnostic, rows)
    if not firings:
        return []
    lines = [
        (
            code(firing.argument) if firing.argument else message("reference.whole_call"),
            firing.condition,
            _apis(found),
            firing.note,
        )
        for firing, found in firings.items()
    ]
    head = (
        message("reference.argument"),
        message("reference.condition"),
        message("reference.apis"),
        message("reference.note"),
    )
    return [Heading(2, message("reference.where_given")), Table(head, tuple(lines))]


def _apis(rows: Sequence[RowDescription]) -> Text:
    return same(", ".join(f"[`{row.page}`](mappings/{row.target}/{row.page}.md)" for row in rows))


def _workarounds(diagnostic: str, rows: Sequence[RowDescription]) -> list[Block]:
    blocks: list[Block] = []
    for row, entries in find_workarounds(diagnostic, rows):
        _, *entry_blocks = lay_out_workarounds(row, entries, level=3)
        api = same(f"[`{row.api}`](mappings/{row.target}/{row.page}.md)")
        blocks += [Heading(3, api), *entry_blocks]
    return [Heading(2, message("reference.workarounds")), *blocks] if blocks else []
