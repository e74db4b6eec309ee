"""The table of methods and attributes in the document about an API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference import words
from optconv.cli.reference.document import Block, Heading, Paragraph, Table, code, joined, same
from optconv.cli.reference.parameter_table import code_link

if TYPE_CHECKING:
    from optconv.cli.reference.form_description import Conditional
    from optconv.cli.reference.member_description import ItemLine, MemberForm, MemberLine
    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings import Text


def lay_out_members(row: RowDescription) -> list[Block]:
    """Return the part about methods and attributes, or nothing when there is nothing to say."""
    if not row.members and not row.member_pages:
        return []
    blocks: list[Block] = [Heading(2, words.MEMBERS)]
    if row.members:
        lines = [line for member in row.members for line in _lines(member)]
        blocks.append(Table((same(row.source_title), row.target_title, words.NOTE), tuple(lines)))
    if row.member_pages:
        names = [same(f"[{api}](mappings/{row.target}/{page}.md)") for api, page in row.member_pages]
        blocks.append(Paragraph(words.MEMBERS_OF_BASE.format(names=joined(names, ", "))))
    return blocks


def _lines(member: MemberLine) -> list[tuple[Text, Text, Text]]:
    lines = []
    for form in member.forms:
        becomes = code(form.code)
        if form.condition is not None:
            becomes = words.MEMBER_WHEN.format(condition=form.condition, code=becomes)
        notes = _form_notes(form)
        if member.unassignable is not None:
            notes.append(words.READ_ONLY.format(code=code_link("OC306"), note=member.unassignable))
        lines.append((code(member.source), becomes, joined(notes)))
    if member.unconvertible is not None:
        note = words.STAYS.format(code=code_link("OC307"), note=member.unconvertible)
        lines.append((code(member.source), words.CLASSES["none"], note))
    return lines + [_item_line(f"{member.name}{member.through}", item) for item in member.items]


def _form_notes(form: MemberForm) -> list[Text]:
    notes = []
    if form.first_entry is not None:
        notes.append(words.FIRST_ENTRY.format(code=code(form.first_entry)))
    notes += [_with_condition(words.CANNOT_UNLESS, "OC302", rule) for rule in form.refused]
    notes += [_with_condition(words.DIFFER_UNLESS, "OC201", rule) for rule in form.lossy]
    return notes + [_difference(difference) for difference in form.differs]


def _item_line(member: str, item: ItemLine) -> tuple[Text, Text, Text]:
    becomes = []
    if item.read is not None:
        becomes.append(words.READ.format(code=code(item.read)))
    if item.write is not None:
        becomes.append(words.WRITE.format(code=code(item.write)))
    notes = [
        words.NEITHER.format(code=code_link("OC306"), note=rule.note)
        if item.write is None
        else _with_condition(words.NOT_WRITTEN, "OC306", rule)
        for rule in item.not_written
    ]
    notes += [_difference(difference) for difference in item.differs]
    return code(f"{member}[...]['{item.key}']"), joined(becomes), joined(notes)


def _difference(difference: Conditional) -> Text:
    if difference.condition is None:
        return words.DIFFERS.format(code=code_link("OC201"), note=difference.note)
    return _with_condition(words.DIFFERS_WHEN, "OC201", difference)


def _with_condition(text: Text, diagnostic: str, rule: Conditional) -> Text:
    condition = rule.condition or words.CONDITION_ALWAYS
    return text.format(code=code_link(diagnostic), condition=condition, note=rule.note)
