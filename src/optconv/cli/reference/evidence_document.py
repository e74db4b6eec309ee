"""The part of the document about an API that says what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference import words
from optconv.cli.reference.document import Block, Code, Heading, Paragraph, Table, code, joined, same
from optconv.cli.reference.parameter_table import code_link

if TYPE_CHECKING:
    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings import Text
    from optconv.parity.evidence import CaseEvidence


def lay_out_evidence(row: RowDescription, *, all_cases: bool) -> list[Block]:
    """Return what was measured: versions, cases and the worst deviation of each class."""
    blocks: list[Block] = [Heading(2, words.EVIDENCE)]
    if not row.versions:
        return [*blocks, Paragraph(words.NOT_MEASURED)]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(row.versions.items()))
    blocks.append(Paragraph(words.MEASURED_ON.format(versions=versions)))
    if row.cases:
        lines = [
            (words.CLASSES[found.closeness], same(str(found.cases)), same(found.worst))
            for found in row.classes
        ]
        blocks.append(Table((words.CLASS, words.CASES, words.WORST), tuple(lines)))
        blocks += _lay_out_cases(row.cases) if all_cases else [Paragraph(words.MORE)]
    return blocks


def _lay_out_cases(cases: tuple[CaseEvidence, ...]) -> list[Block]:
    """Return a table of the cases, and below it the scripts that do not fit into a line."""
    lines = []
    scripts: list[Block] = []
    for case in cases:
        if len(case.case.strip().splitlines()) > 1:
            number = str(len(scripts) // 2 + 1)
            shown = words.SCRIPT.format(number=number)
            scripts += [Paragraph(words.SCRIPT_HEAD.format(number=number)), Code("python", case.case)]
        else:
            shown = code(case.case.strip())
        if case.step_argument:
            shown = words.STEP.format(code=shown, argument=code(case.step_argument))
        lines.append((shown, *_measured(case)))
    head = (words.CASE, words.CLASS, words.DEVIATION, words.PROBLEM, words.CODES)
    return [Table(head, tuple(lines)), *scripts]


def _measured(case: CaseEvidence) -> tuple[Text, Text, Text, Text]:
    codes = joined([code_link(diagnostic) for diagnostic in case.diagnostics], ", ")
    return words.CLASSES[case.closeness], same(case.worst), same(case.problem), codes
