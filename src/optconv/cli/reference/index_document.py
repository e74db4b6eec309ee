"""The table of all rows: what ``optconv show`` prints without an API, and what the generated indexes hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.document import Document, Heading, Paragraph, Table, code, joined, same
from optconv.cli.reference.row_description import SOURCE_TITLE
from optconv.mappings import message
from optconv.mappings.signatures import version_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings import Tables, Text


def lay_out_index(rows: Sequence[RowDescription], tables: Tables) -> Document:
    """Return the document that lists all rows of a target."""
    source, target = tables.source_module, tables.target
    title = message("reference.mappings", source=SOURCE_TITLE, target=target.title)
    names = message("reference.index_names", source=source, target=target.module, title=target.title)
    return Document((Heading(1, title), Paragraph(names), lay_out_index_table(rows, tables)))


def lay_out_index_table(rows: Sequence[RowDescription], tables: Tables) -> Table:
    """Return one line for each row: optimizers, schedulers, others, and last the base classes."""
    kinds = {"optimizer": 0, "scheduler": 1}

    def order(row: RowDescription) -> tuple[bool, int, str]:
        only_members = not row.forms and row.unconvertible is None
        return only_members, kinds.get(tables.source_apis[row.api].kind, 2), row.api.lower()

    head = (
        message("reference.api"),
        message("reference.becomes"),
        message("reference.class"),
        message("reference.worst"),
        message("reference.cases"),
        message("reference.since"),
    )
    return Table(head, tuple(_line(row, tables) for row in sorted(rows, key=order)))


def _line(row: RowDescription, tables: Tables) -> tuple[Text, ...]:
    name = row.api.removeprefix(f"{tables.source_module}.")
    measured = [(message(f"reference.closeness.{c.closeness}"), c.worst, str(c.cases)) for c in row.classes]
    exact = [w.worst for w in row.workarounds if w.worst is not None]
    if exact:
        measured.append((message("reference.closeness.workaround"), max(exact, key=float), str(len(exact))))
    if row.origin:
        measured.append((message("reference.from_file_class", origin=row.origin), "", ""))
    kinds, worst, cases = zip(*measured, strict=True) if measured else ((), (), ())
    return (
        code(name) if row.origin else same(f"[`{name}`](mappings/{row.target}/{row.page}.md)"),
        _becomes(row, tables),
        joined(kinds, " / "),
        same(" / ".join(worst)),
        same(" / ".join(cases)),
        same(max(row.since.values(), key=version_key) if row.since else row.target_versions[0])
        if row.unconvertible is None and not row.origin
        else same("-"),
    )


def _becomes(row: RowDescription, tables: Tables) -> Text:
    if row.unconvertible is not None:
        return message("reference.closeness.none")
    targets = dict.fromkeys(form.to.removeprefix(f"{tables.target.module}.") for form in row.forms)
    names = [code(name) if name else message("reference.an_expression") for name in targets]
    return joined(names, ", ") if names else message("reference.its_members")
