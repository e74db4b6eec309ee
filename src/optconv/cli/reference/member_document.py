"""The table of methods and attributes in the document about an API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.document import Block, Heading, Paragraph, Table, code, joined, same
from optconv.cli.reference.parameter_table import code_link
from optconv.mappings import message

if TYPE_CHECKING:
    from optconv.cli.reference.form_description import Conditional
    from optconv.cli.reference.member_description import ItemLine, MemberForm, MemberLine
    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings import Text


def lay_out_members(row: RowDescription) -> list[Block]:
    """Return the part about methods and attributes, or nothing when there is nothing to say."""
    if not row.members and not row.member_pages:
        return []
    blocks: list[Block] = [Heading(2, message("reference.members"))]
    if row.members:
        lines = [line for member in row.members for line in _lines(member)]
        blocks.append(
            Table((same(row.source_title), row.target_title, message("reference.note")), tuple(lines))
        )
    if row.member_pages:
        names = [same(f"[{api}](mappings/{row.target}/{page}.md)") for api, page in row.member_pages]
        blocks.append(Paragraph(message("reference.members_of_base", names=joined(names, ", "))))
    return blocks


def _lines(member: MemberLine) -> list[tuple[Text, Text, Text]]:
    lines = []
    for form in member.forms:
        becomes = code(form.code)
        if form.condition is not None:
            becomes = message("reference.member_when", condition=form.condition, code=becomes)
        notes = _form_notes(form)
        if member.unassignable is not None:
            notes.append(message("reference.read_only", code=code_link("OC306"), note=member.unassignable))
        lines.append((code(member.source), becomes, joined(notes)))
    if member.unconvertible is not None:
        note = message("reference.stays", code=code_link("OC307"), note=member.unconvertible)
        lines.append((code(member.source), message("reference.closeness.none"), note))
    return lines + [_item_line(f"{member.name}{member.through}", item) for item in member.items]


def _form_notes(form: MemberForm) -> list[Text]:
    notes = []
    if form.first_entry is not None:
        notes.append(message("reference.first_entry", code=code(form.first_entry)))
    notes += [
        message("reference.cannot_unless", code=code_link("OC302"), condition=_when(rule), note=rule.note)
        for rule in form.refused
    ]
    notes += [
        message("reference.differ_unless", code=code_link("OC201"), condition=_when(rule), note=rule.note)
        for rule in form.lossy
    ]
    return notes + [_difference(difference) for difference in form.differs]


def _item_line(member: str, item: ItemLine) -> tuple[Text, Text, Text]:
    becomes, unsupported = [], code_link("OC306")
    if item.read is not None:
        becomes.append(message("reference.item_read", code=code(item.read)))
    if item.write is not None:
        becomes.append(message("reference.item_written", code=code(item.write)))
    notes = [
        message("reference.item_neither", code=unsupported, note=rule.note)
        if item.write is None
        else message(
            "reference.item_not_written_when", code=unsupported, condition=_when(rule), note=rule.note
        )
        for rule in item.not_written
    ]
    notes += [_difference(difference) for difference in item.differs]
    return code(f"{member}[...]['{item.key}']"), joined(becomes), joined(notes)


def _difference(difference: Conditional) -> Text:
    link, note = code_link("OC201"), difference.note
    if difference.condition is None:
        return message("reference.differs", code=link, note=note)
    return message("reference.differs_when", code=link, condition=difference.condition, note=note)


def _when(rule: Conditional) -> Text:
    return rule.condition or message("reference.always")
