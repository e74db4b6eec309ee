"""The part of the document about an API that says what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optconv.cli.reference.document import Block, Code, Heading, Paragraph, Table, code, joined, same
from optconv.cli.reference.parameter_table import code_link
from optconv.mappings import message

if TYPE_CHECKING:
    from optconv.cli.reference.row_description import RowDescription
    from optconv.mappings import Text
    from optconv.parity.evidence import CaseEvidence


def lay_out_evidence(row: RowDescription, *, all_cases: bool) -> list[Block]:
    """Return what was measured: versions, cases and the worst deviation of each class."""
    blocks: list[Block] = [Heading(2, message("reference.evidence"))]
    if row.origin:
        return [*blocks, Paragraph(message("reference.from_file", origin=code(row.origin)))]
    if not row.versions:
        return [*blocks, Paragraph(message("reference.not_measured"))]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(row.versions.items()))
    blocks.append(Paragraph(message("reference.measured_on", versions=versions)))
    if row.cases:
        lines = [
            (message(f"reference.closeness.{found.closeness}"), same(str(found.cases)), same(found.worst))
            for found in row.classes
        ]
        blocks.append(
            Table(
                (message("reference.class"), message("reference.cases"), message("reference.worst")),
                tuple(lines),
            )
        )
        blocks += (
            _lay_out_cases(row.cases) if all_cases else [Paragraph(message("reference.more_with_verbose"))]
        )
    return blocks


def _lay_out_cases(cases: tuple[CaseEvidence, ...]) -> list[Block]:
    """Return a table of the cases, and below it the scripts that do not fit into a line."""
    lines = []
    scripts: list[Block] = []
    for case in cases:
        if len(case.case.strip().splitlines()) > 1:
            number = str(len(scripts) // 2 + 1)
            shown = message("reference.case_is_script", number=number)
            scripts += [Paragraph(message("reference.script", number=number)), Code("python", case.case)]
        else:
            shown = code(case.case.strip())
        if case.step_argument:
            shown = message("reference.case_with_step", code=shown, argument=code(case.step_argument))
        lines.append((shown, *_measured(case)))
    head = (
        message("reference.case"),
        message("reference.class"),
        message("reference.deviation"),
        message("reference.worst_on"),
        message("reference.diagnostics_head"),
    )
    return [Table(head, tuple(lines)), *scripts]


def _measured(case: CaseEvidence) -> tuple[Text, Text, Text, Text]:
    codes = joined([code_link(diagnostic) for diagnostic in case.diagnostics], ", ")
    return message(f"reference.closeness.{case.closeness}"), same(case.worst), same(case.problem), codes
