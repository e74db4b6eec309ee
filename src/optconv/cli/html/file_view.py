"""What the HTML page shows of one file, and where in the page each of its lines is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from optconv.cli.html.side_by_side import Row, sections_of
from optconv.cli.report import words
from optconv.cli.report.document import converted_in
from optconv.cli.terminal import escape
from optconv.converter.result import Position, Severity
from optconv.mappings import Text, diagnostic_kinds

if TYPE_CHECKING:
    from optconv.cli.findings import Finding
    from optconv.cli.tally import FileResult


class Anchors:
    """Names for the places of the page: names of files say too much, and may hold anything."""

    def __init__(self, files: Iterable[FileResult]) -> None:
        self._numbers = {file.name: number for number, file in enumerate(files, start=1)}

    def file(self, name: str) -> str:
        """Return the anchor of a file."""
        return f"file-{self._numbers[name]}"

    def line(self, name: str, place: Position) -> str:
        """Return the anchor of a line of a file."""
        cell = "" if place.cell is None else f"-c{place.cell}"
        return f"{self.file(name)}{cell}-L{place.line}"


def view_file(file: FileResult, anchors: Anchors, language: str) -> dict[str, Any]:
    """Return what the template shows of a file."""
    counts = words.REFERENCES_OF.format(total=str(len(file.references)), converted=str(converted_in(file)))
    severities = {found.diagnostic.severity for found in file.findings}
    return {
        "name": escape(file.name),
        "anchor": anchors.file(file.name),
        "topics": " ".join(sorted(severity.value for severity in severities)),
        "counts": counts.in_language(language),
        "badges": [{"kind": kind, "text": text.in_language(language)} for kind, text in _badges(file)],
        "sections": [
            {
                "title": words.CELL.format(cell=str(section.cell)).in_language(language)
                if section.cell is not None
                else "",
                "rows": [_view_row(row, section.cell, file, anchors, language) for row in section.rows],
            }
            for section in sections_of(file)
        ],
    }


def _badges(file: FileResult) -> Iterable[tuple[str, Text]]:
    if file.failed:
        yield "error", words.FAILED
    if file.skipped:
        yield "info", words.SKIPPED
    for severity in (Severity.ERROR, Severity.WARNING):
        count = sum(found.diagnostic.severity is severity for found in file.findings)
        if count:
            name = words.SEVERITIES[severity.value]
            yield severity.value, Text(f"{count} {name.en}{'s' if count > 1 else ''}", f"{count} 条{name.zh}")


def _view_row(
    row: Row, cell: int | None, file: FileResult, anchors: Anchors, language: str
) -> dict[str, Any]:
    if row.kind == "gap":
        text = words.UNCHANGED.format(count=str(row.left_out))
        return {"kind": "gap", "text": text.in_language(language)}
    place = None if row.left is None else Position(row.left.number, 1, cell)
    anchor = None if place is None else anchors.line(file.name, place)
    return {
        "kind": row.kind,
        "anchor": anchor,
        "left": row.left,
        "right": row.right,
        "findings": [
            _view_finding(found, f"{anchor}-{number}", language)
            for number, found in enumerate(row.findings, start=1)
        ],
    }


def _view_finding(finding: Finding, anchor: str, language: str) -> dict[str, Any]:
    said = finding.diagnostic
    return {
        "anchor": anchor,
        "severity": said.severity.value,
        "code": said.code,
        "page": f"#code-{said.code}",
        "name": said.name,
        "new": False,
        "message": escape(said.message.in_language(language)),
        "action": diagnostic_kinds()[said.code].action.in_language(language),
    }
