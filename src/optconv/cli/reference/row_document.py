"""Lays out what is known about one API: the document that ``optconv show`` prints and that its page is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Paragraph,
    code,
    joined,
    sentence,
)
from optconv.cli.reference.evidence_document import lay_out_evidence
from optconv.cli.reference.further_notes import not_said_in
from optconv.cli.reference.member_document import lay_out_members
from optconv.cli.reference.parameter_table import code_link, lay_out_parameters
from optconv.cli.reference.workaround_code import explain_names
from optconv.mappings import Text, message

if TYPE_CHECKING:
    from optconv.cli.reference.form_description import Conditional, Form
    from optconv.cli.reference.row_description import RowDescription, ShownWorkaround


def lay_out_row(row: RowDescription, *, all_cases: bool) -> Document:
    """Return the document about one API.

    Args:
        row: what is known.
        all_cases: show every measured case, not only what they say together.
    """
    said = (
        *_head(row),
        *(block for form in row.forms for block in _lay_out_form(form, row)),
        *_after_the_forms(row),
        *lay_out_members(row),
        *lay_out_workarounds(row, row.workarounds, level=2),
    )
    further = _lay_out_notes(not_said_in(said, row.notes))
    return Document((*said, *further, *lay_out_evidence(row, all_cases=all_cases)))


def lay_out_workarounds(
    row: RowDescription, workarounds: tuple[ShownWorkaround, ...], level: int
) -> list[Block]:
    """Return workarounds with their code, or nothing when there are none."""
    if not workarounds:
        return []
    blocks: list[Block] = [Heading(level, message("reference.workarounds"))]
    for entry in workarounds:
        measured = message("reference.workaround_not_measured")
        if entry.worst is not None:
            measured = message("reference.workaround_measured", worst=entry.worst)
        parts = [measured]
        if entry.parameter:
            parts.insert(0, message("reference.workaround_for", parameter=code(entry.parameter)))
        if entry.dense:
            parts.append(message("reference.workaround_dense"))
        if entry.since is not None:
            parts.append(message("reference.workaround_since", target=row.target_title, version=entry.since))
        blocks += [
            Heading(level + 1, entry.title),
            Paragraph(joined(parts, "")),
            Paragraph(message("reference.in_framework", name=row.source_title)),
            Code("python", entry.original),
            Paragraph(message("reference.in_framework", name=row.target_title)),
            Code("python", entry.rewritten),
        ]
        names = explain_names(entry.original, entry.rewritten)
        blocks += [Paragraph(names)] if names else []
    return blocks


def _lay_out_notes(notes: list[tuple[str, Text]]) -> list[Block]:
    """Return notes of other parts of the table, each with the words that lead to it there."""
    if not notes:
        return []
    items = [message("reference.of_argument", name=code(place), note=note) for place, note in notes]
    return [Heading(2, message("reference.further_notes")), Bullets(tuple(items))]


def _head(row: RowDescription) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, message("reference.api_to_target", api=row.api, target=row.target_title)),
        Paragraph(row.summary),
    ]
    if row.origin:
        blocks.append(Paragraph(message("reference.from_file", origin=code(row.origin))))
    if row.unconvertible is not None:
        note = message("reference.no_counterpart", code=code_link("OC307"), note=row.unconvertible)
        blocks.append(Paragraph(note))
    oldest = row.target_versions[0]
    needs = [
        message(
            "reference.class_needs",
            name=code(name),
            target=row.target_title,
            version=since,
            code=code_link("OC305"),
        )
        for name, since in row.since.items()
        if since != oldest
    ]
    known = message(
        "reference.known_versions", target=row.target_title, versions=", ".join(row.target_versions)
    )
    in_all = [message("reference.in_all_versions")] if row.forms and not needs and not row.origin else []
    blocks.append(Paragraph(joined([*needs, known, *in_all], Text(" ", ""))))
    if row.reference:
        blocks.append(Paragraph(message("reference.reference", place=row.reference)))
    return blocks


def _lay_out_form(form: Form, row: RowDescription) -> list[Block]:
    blocks: list[Block] = [Heading(2, _form_title(form, row))]
    if form.assume is not None:
        blocks.append(Paragraph(message("reference.assumed", code=code_link("OC103"), note=form.assume)))
    blocks.append(lay_out_parameters(form, row))
    notes = [
        message("reference.group_key", name=code(key.name), expression=code(f"{key.name} = {key.expression}"))
        for key in form.group_keys
    ]
    notes += [
        sentence(message("reference.not_in_groups", name=code(name), code=code_link("OC302"), note=note))
        for name, note in form.not_in_groups.items()
    ]
    notes += [sentence(_difference(difference)) for difference in form.differs]
    if notes:
        blocks.append(Bullets(tuple(notes)))
    if _mentions_base_rate(form):
        blocks.append(Paragraph(message("reference.base_rate")))
    return blocks


def _form_title(form: Form, row: RowDescription) -> Text:
    name = code(form.to or form.expression)
    if form.condition is not None:
        return message("reference.form_when", condition=form.condition, name=name)
    return message("reference.form_always" if len(row.forms) == 1 else "reference.form_otherwise", name=name)


def _difference(difference: Conditional) -> Text:
    loud, condition, note = difference.loud, difference.condition, difference.note
    link = code_link("OC104" if loud else "OC201")
    if condition is None:
        return message("reference.may_raise" if loud else "reference.differs", code=link, note=note)
    return message(
        "reference.may_raise_when" if loud else "reference.differs_when",
        code=link,
        condition=condition,
        note=note,
    )


def _mentions_base_rate(form: Form) -> bool:
    arguments = [argument for line in form.parameters for argument in line.becomes]
    return any("base_lr" in argument.expression for argument in (*arguments, *form.group_keys))


def _after_the_forms(row: RowDescription) -> list[Block]:
    if row.forms and all(form.condition is not None for form in row.forms):
        return [Paragraph(message("reference.no_form_for_unknown", code=code_link("OC306")))]
    return []
